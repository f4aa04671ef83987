"""The fields of a body by its schema, and what a schema refuses as the contract's errors."""

from collections.abc import Iterator
from typing import Any

from marshmallow import Schema, ValidationError

from shared.problems import FIELD_CODES, FieldError, invalid

UNKNOWN = "unknown-field: không có trường này, hãy bỏ đi / no such field, leave it out"
_NAME = 100
"""Characters that are told of a name; ours are shorter, and of a sender's that is enough."""
_SHAPE = "wrong-type: chưa đúng dạng / it has the wrong form"


def load(schema: Schema, value: Any) -> dict[str, Any]:
    """Give the fields of a body; 422 with one error per field that cannot be right."""
    try:
        loaded = schema.load(value)
    except ValidationError as problem:
        problem.__traceback__ = None  # its frame holds it, and all that was sent, in a circle
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
            escaped = str(name)[:_NAME].replace("~", "~0").replace("/", "~1")
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
