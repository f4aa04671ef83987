"""JSON in and out."""

import json as plain
from typing import Any

from .errors import DecodeError
from .reading import reader
from .writing import to_builtins


class Encoder:
    """Writes JSON without blanks."""

    def __init__(self, *, order: str | None = None) -> None:
        self._sorted = order is not None

    def encode(self, value: object) -> bytes:
        """Return the bytes of a value."""
        return plain.dumps(
            to_builtins(value),
            ensure_ascii=False,
            sort_keys=self._sorted,
            separators=(",", ":"),
            allow_nan=False,
        ).encode()


class Decoder:
    """Reads JSON as values of a type."""

    def __init__(self, kind: Any = Any) -> None:
        self._kind = kind

    def decode(self, raw: bytes | str) -> Any:
        """Return the value; DecodeError or ValidationError where the bytes hold none such."""
        try:
            found = plain.loads(raw)
        except (ValueError, RecursionError) as problem:
            raise DecodeError(str(problem)) from None
        return reader(self._kind)(found)


def encode(value: object, *, order: str | None = None) -> bytes:
    """Return the bytes of a value."""
    return Encoder(order=order).encode(value)


def decode(raw: bytes | str, *, type: Any = Any) -> Any:  # noqa: A002 - as msgspec names it
    """Return the value of the bytes."""
    return Decoder(type).decode(raw)
