"""Reading JSON strictly."""

import json
from typing import Any

from shared.problems import Problem


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


def read_json(raw: bytes) -> Any:
    """Read UTF-8 JSON; 400 `not-json` for anything else, also for a name that stands twice."""
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
