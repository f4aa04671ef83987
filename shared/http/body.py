"""Reading JSON strictly, and turning what a schema says into the contract's errors."""

import json
from collections.abc import Iterator
from typing import Any

from marshmallow import Schema, ValidationError

from shared.http.fields import UNKNOWN
from shared.http.problems import FIELD_CODES, FieldError, Problem, invalid

_SHAPE = "wrong-type: chưa đúng dạng / it has the wrong form"


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


def load(schema: Schema, value: Any) -> dict[str, Any]:
    """Give the fields of a body; 422 with one error per field that cannot be right."""
    try:
        loaded = schema.load(value)
    except ValidationError as problem:
        raise invalid(field_errors(problem.messages)) from None
    if not isinstance(loaded, dict):
        raise TypeError(f"{type(schema).__name__} gave no fields")
    return {name: found for name, found in loaded.items() if found is not None}


def field_errors(messages: Any, pointer: str = "") -> list[FieldError]:
    """Flatten a schema's messages into pointers (RFC 6901)."""
    return list(_flatten(messages, pointer))


def _flatten(messages: Any, pointer: str) -> Iterator[FieldError]:
    if isinstance(messages, dict):
        for name, inner in messages.items():
            escaped = str(name).replace("~", "~0").replace("/", "~1")
            yield from _flatten(inner, pointer if name == "_schema" else f"{pointer}/{escaped}")
    elif isinstance(messages, list):
        for message in messages:
            yield from _flatten(message, pointer)
    else:
        yield _one(str(messages), pointer)


def _one(message: str, pointer: str) -> FieldError:
    code, colon, text = message.partition(": ")
    if colon and code in FIELD_CODES:
        return FieldError(pointer, code, text)
    if message == "Unknown field.":
        return FieldError(pointer, *UNKNOWN.split(": ", 1))
    if message.startswith("Missing data") or message == "Field may not be null.":
        return FieldError(pointer, "required", "thiếu trường này / this field is required")
    return FieldError(pointer, "wrong-type", f"{_SHAPE.partition(': ')[2]} ({message})")
