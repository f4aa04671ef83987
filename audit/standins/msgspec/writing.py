"""From values to what JSON knows."""

import base64
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from enum import Enum
from typing import Any
from uuid import UUID

from .fields import Struct

_PLAIN = (str, int, float, bool, type(None))


def to_builtins(value: Any, **options: Any) -> Any:
    """Return a value in strings, numbers, lists and dicts; NotImplementedError for others."""
    if options:
        raise NotImplementedError(f"options: {sorted(options)}")
    if type(value) in _PLAIN:
        return value
    if isinstance(value, Enum):
        return to_builtins(value.value)
    if isinstance(value, (UUID, str)):
        return str(value)
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    return _of_parts(value)


def _of_parts(value: Any) -> Any:
    if isinstance(value, dict):
        return {to_builtins(name): to_builtins(each) for name, each in value.items()}
    if isinstance(value, tuple):
        return tuple([to_builtins(each) for each in value])
    if isinstance(value, (list, set, frozenset)):
        return [to_builtins(each) for each in value]
    if isinstance(value, Struct):
        return _of_struct(value)
    if is_dataclass(value):
        return {each.name: to_builtins(getattr(value, each.name)) for each in fields(value)}
    raise NotImplementedError(f"a value of type {type(value).__name__}")


def _of_struct(value: Any) -> dict[str, Any]:
    tag, defaults = type(value).__struct_tag__, type(value).__struct_defaults__
    found = {} if tag is None else {"type": tag}
    for name in value.__struct_fields__:
        each = getattr(value, name)
        if type(value).__struct_omits__ and name in defaults and each == defaults[name]:
            continue
        found[name] = to_builtins(each)
    return found
