"""The type of a text that only its owner's key can open, so that an event says what is sealed."""

from typing import Annotated

import msgspec

SEALED = {"sealed": True}
"""What the type of a sealed field carries, for code that walks over fields."""

PREFIX = "s1:"
"""What every sealed text begins with."""

Sealed = Annotated[str, msgspec.Meta(extra=SEALED)]
"""`s1:…`: the plain text is never stored, published or logged."""
