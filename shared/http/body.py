"""Reading JSON strictly."""

import json
from typing import Any

from shared.problems import Problem

MOST_VALUES = 20_000
"""Of a body: a list of five hundred with some fields each has a tenth of it."""


class _NotJsonError(ValueError):
    """Something that Python reads and JSON does not have."""


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _NotJsonError("a name stands twice in one object")
    return found


def _no_constant(name: str) -> None:
    raise _NotJsonError(f"{name} is not JSON")


_STRICT = json.JSONDecoder(object_pairs_hook=_unique, parse_constant=_no_constant)


def values_in(raw: bytes) -> int:
    """Return how many values some JSON may have at most: read, each takes up to 300 bytes."""
    return sum(raw.count(mark) for mark in b",[{")


def too_many_values(most: int) -> Problem:
    """Return the 413 that says the limit."""
    return Problem(
        "too-large", f"Tối đa {most} giá trị, hãy chia nhỏ / At most {most} values, split it"
    )


def read_json(raw: bytes) -> Any:
    """Read UTF-8 JSON; 400 `not-json` for anything else, also for a name that stands twice.

    What would be too much in memory is answered 413 before it is read.
    """
    if values_in(raw) > MOST_VALUES:
        raise too_many_values(MOST_VALUES)
    try:
        text = raw.decode("utf-8")
        if text.startswith("\ufeff"):
            raise _NotJsonError("it begins with a byte order mark")
        value = _STRICT.decode(text)
        if "\\u" in text:
            json.dumps(value, ensure_ascii=False).encode("utf-8")  # half a surrogate pair
    except (ValueError, RecursionError) as problem:
        why = (
            str(problem) if isinstance(problem, (_NotJsonError, json.JSONDecodeError)) else "UTF-8"
        )
        raise Problem(
            "not-json",
            f"Nội dung phải là JSON mã hóa UTF-8 ({why}) / The body must be JSON in UTF-8 ({why})",
        ) from None
    return value
