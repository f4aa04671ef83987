"""Stands in for msgspec where only Python's own library is there: as far as the rules use it.

What it does not know it refuses by NotImplementedError, and never guesses. It is slower, and the
unit tests of the rules run under it too.
"""

from . import json, structs
from .errors import DecodeError, MsgspecError, ValidationError
from .fields import Meta, Struct
from .reading import convert
from .writing import to_builtins

__all__ = [
    "DecodeError",
    "Meta",
    "MsgspecError",
    "Struct",
    "ValidationError",
    "convert",
    "json",
    "structs",
    "to_builtins",
]
