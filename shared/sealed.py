"""The type of a text that only its owner's key can open, so that an event says what is sealed."""

from collections.abc import Iterator, Mapping
from dataclasses import is_dataclass
from functools import cache
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

import msgspec

SEALED = {"sealed": True}
"""What the type of a sealed field carries, for code that walks over fields."""

PREFIX = "s1:"
"""What every sealed text begins with."""

Sealed = Annotated[str, msgspec.Meta(extra=SEALED)]
"""`s1:…`: the plain text is never stored, published or logged."""


def is_sealed(hint: Any) -> bool:
    """Tell whether a field of this type holds a sealed text."""
    if get_origin(hint) is Annotated:
        return any(
            isinstance(entry, msgspec.Meta) and entry.extra == SEALED
            for entry in get_args(hint)[1:]
        )
    if get_origin(hint) in (Union, UnionType):
        return any(is_sealed(entry) for entry in get_args(hint))
    return False


def sealed_texts(fact: Any) -> Iterator[str]:
    """Give the texts that stand in sealed fields of a fact and of its parts."""
    for name, hint in hints_of(type(fact)).items():
        value = getattr(fact, name, None)
        if is_sealed(hint):
            if isinstance(value, str):
                yield value
            continue
        for part in value if isinstance(value, tuple) else (value,):
            if is_dataclass(part):
                yield from sealed_texts(part)


def hints_of(kind: type[Any]) -> Mapping[str, Any]:
    """Give the types of a class's fields, with what they carry."""
    return _hints_of(kind)  # type: ignore[arg-type]  # a class is hashable


@cache
def _hints_of(kind: type[Any]) -> Mapping[str, Any]:
    return get_type_hints(kind, include_extras=True)
