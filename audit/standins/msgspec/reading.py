"""From what JSON knows to values of declared types; strict, as msgspec is."""

import re
from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import date, datetime
from enum import Enum
from functools import cache
from types import NoneType, UnionType
from typing import (
    Annotated,
    Any,
    Literal,
    NewType,
    TypeVar,
    Union,
    get_args,
    get_origin,
    get_type_hints,
)
from uuid import UUID

from .errors import ValidationError
from .fields import Struct

Reader = Callable[[Any], Any]
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,6})?(Z|[+-]\d{2}:\d{2})?")
_ID = re.compile(r"[0-9a-fA-F]{8}(-?)([0-9a-fA-F]{4}\1){3}[0-9a-fA-F]{12}")
_ID_BYTES = 16


def convert(value: Any, kind: Any) -> Any:
    """Return a value as one of a type; ValidationError where it is none."""
    return reader(kind)(value)


def reader(kind: Any) -> Reader:
    """Return what reads values of a type; NotImplementedError for types not known here."""
    return _reader(kind)


@cache
def _reader(kind: Any) -> Reader:
    simple = _SIMPLE.get(kind)
    if simple is not None:
        return simple
    if isinstance(kind, TypeVar):
        return reader(kind.__bound__ or Any)
    if isinstance(kind, NewType):
        return reader(kind.__supertype__)
    if get_origin(kind) is not None:
        return _of_parts(get_origin(kind), get_args(kind))
    if isinstance(kind, type):
        if issubclass(kind, Enum):
            return _of_values({each.value: each for each in kind})
        if issubclass(kind, Struct) or is_dataclass(kind):
            return _Fields(kind)
        if kind in (tuple, list, dict, set, frozenset):
            return _of_parts(kind, ())
    raise NotImplementedError(f"values of type {kind}")


def _of_parts(origin: Any, parts: tuple[Any, ...]) -> Reader:
    if origin is Annotated:
        return reader(parts[0])
    if origin is Literal:
        return _of_values({each: each for each in parts})
    if origin in (Union, UnionType):
        return _of_any([reader(each) for each in sorted(parts, key=lambda p: p is not NoneType)])
    if origin is tuple and parts and parts[-1] is not Ellipsis:
        return _of_places([reader(each) for each in parts])
    if origin in (tuple, list, set, frozenset):
        return _of_many(origin, reader(parts[0] if parts else Any))
    if origin in (dict, Mapping):
        name, value = (reader(each) for each in parts or (Any, Any))
        return lambda given: {
            name(key): value(each) for key, each in _expected(given, dict).items()
        }
    return reader(origin)


def _expected(value: Any, *kinds: type) -> Any:
    if type(value) not in kinds:
        raise ValidationError(f"Expected `{kinds[0].__name__}`, got `{type(value).__name__}`")
    return value


def _of_values(known: dict[Any, Any]) -> Reader:
    def read(value: Any) -> Any:
        if isinstance(value, Enum):
            value = value.value
        if type(value) not in (str, int) or value not in known:
            raise ValidationError(f"Invalid value {value!r}")
        return known[value]

    return read


def _of_any(readers: list[Reader]) -> Reader:
    def read(value: Any) -> Any:
        for each in readers:
            try:
                return each(value)
            except ValidationError as problem:
                last = problem
        raise last

    return read


def _of_many(origin: Any, part: Reader) -> Reader:
    return lambda given: origin([part(each) for each in _expected(given, list, tuple, set)])


def _of_places(parts: list[Reader]) -> Reader:
    def read(value: Any) -> Any:
        if len(_expected(value, list, tuple)) != len(parts):
            raise ValidationError(f"Expected `array` of length {len(parts)}")
        return tuple(part(each) for part, each in zip(parts, value, strict=True))

    return read


class _Fields:
    """Reads the fields of a dataclass or a struct; what it does not know it passes over."""

    def __init__(self, kind: Any) -> None:
        self._kind, self._tag = kind, getattr(kind, "__struct_tag__", None)
        self._readers: dict[str, Reader] = {}
        if issubclass(kind, Struct):
            self._names = kind.__struct_fields__
            self._needed = set(self._names) - set(kind.__struct_defaults__)
        else:
            every = [each for each in fields(kind) if each.init]
            self._names = tuple(each.name for each in every)
            self._needed = {
                each.name
                for each in every
                if each.default is MISSING and each.default_factory is MISSING
            }

    def __call__(self, value: Any) -> Any:
        if type(value) is self._kind:
            return value
        if not self._readers:  # not before all that it names is declared
            hints = get_type_hints(self._kind, include_extras=True)
            self._readers = {name: reader(hints[name]) for name in self._names}
        given = _expected(value, dict)
        if self._tag is not None and given.get("type") != self._tag:
            raise ValidationError(f"Invalid value {given.get('type')!r} - at `$.type`")
        found = {}
        for name, read in self._readers.items():
            if name in given:
                try:
                    found[name] = read(given[name])
                except ValidationError as problem:
                    raise ValidationError(f"{problem} - at `$.{name}`") from None
            elif name in self._needed:
                raise ValidationError(f"Object missing required field `{name}`")
        return self._kind(**found)


def _day(value: Any) -> date:
    if type(value) is date:
        return value
    if not _DAY.fullmatch(_expected(value, str)):
        raise ValidationError("Invalid RFC3339 encoded date")
    found: date = _made(date.fromisoformat, value)
    return found


def _instant(value: Any) -> datetime:
    if type(value) is datetime:
        return value
    if not _INSTANT.fullmatch(_expected(value, str)):
        raise ValidationError("Invalid RFC3339 encoded datetime")
    found: datetime = _made(datetime.fromisoformat, value)
    return found


def _id(value: Any) -> UUID:
    if type(value) is UUID:
        return value
    if type(value) is bytes and len(value) == _ID_BYTES:
        return UUID(bytes=value)
    if not _ID.fullmatch(_expected(value, str)):
        raise ValidationError("Invalid UUID")
    return UUID(value)


def _made(make: Callable[[str], Any], value: str) -> Any:
    try:
        return make(value)
    except ValueError as problem:
        raise ValidationError(str(problem)) from None


_SIMPLE: dict[Any, Reader] = {
    Any: lambda value: value,
    str: lambda value: _expected(value, str),
    int: lambda value: _expected(value, int),
    bool: lambda value: _expected(value, bool),
    float: lambda value: float(_expected(value, float, int)),
    NoneType: lambda value: _expected(value, NoneType),
    date: _day,
    datetime: _instant,
    UUID: _id,
}
