"""How something that proves nothing is refused: one sentence, in Vietnamese and English."""

import zlib
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from shared.codec import UnknownEventError
from shared.tlog.notes import BadNote

MALFORMED = (
    *(AttributeError, IndexError, KeyError, TypeError, ValueError, OverflowError, RecursionError),
    *(zlib.error, msgspec.MsgspecError, BadNote, UnknownEventError),
)
"""What reading anything may raise that has not the form."""


class Rejected(Exception):  # noqa: N818 - said to people as one sentence
    """The file proves nothing; says why, in Vietnamese and English."""


def need(holds: bool, vi: str, en: str) -> None:
    """Raise Rejected unless something holds."""
    if not holds:
        raise Rejected(f"{vi} / {en}")


def need_fields(document: Mapping[str, Any], names: set[str], may: Iterable[str] = ()) -> None:
    """Raise Rejected where a field is missing, or is one that nothing vouches for."""
    found = set(document)
    need(
        names <= found <= names.union(may),
        f"trường thiếu hoặc lạ: {sorted(found ^ names)}",
        "a field that is missing or unknown",
    )
