"""Values as PostgreSQL's own bytes: arrays for one INSERT of many rows, or rows for a COPY.

The driver adapts value by value, which costs more than everything else about a row; here a
column of a hundred rows is one parameter.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from struct import Struct
from typing import Any
from uuid import UUID

import psycopg
from psycopg.adapt import Dumper
from psycopg.pq import Format

Field = bytes
"""A value as the server receives it, after its length."""

NULL: Field = b"\xff\xff\xff\xff"
TRUE: Field = b"\x00\x00\x00\x01\x01"
FALSE: Field = b"\x00\x00\x00\x01\x00"

_OIDS = {
    "bool": 16,
    "bytea": 17,
    "int8": 20,
    "int2": 21,
    "int4": 23,
    "text": 25,
    "date": 1082,
    "timestamptz": 1184,
    "uuid": 2950,
}
_SIXTEEN = b"\x00\x00\x00\x10"
_HEAD = Struct("!iiIii")
_INT2, _INT4, _INT8 = Struct("!ih"), Struct("!ii"), Struct("!iq")
_FIRST_DAY = date(2000, 1, 1).toordinal()
_FIRST_INSTANT = datetime(2000, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_COPY_HEAD = b"PGCOPY\n\xff\r\n\x00" + bytes(8)
_COPY_END = b"\xff\xff"


class Packed(bytes):
    """A whole array, as the server receives it."""

    __slots__ = ()


class _PackedDumper(Dumper):
    """Passes an array on as it is; its type is that of the cast around the parameter."""

    format = Format.BINARY
    oid = 0

    def dump(self, obj: Packed) -> Packed:
        """Give the bytes."""
        return obj


def cursor_of(connection: "psycopg.Connection[Any]") -> "psycopg.Cursor[Any]":
    """Give a cursor that takes packed arrays and gives binary results."""
    cursor = connection.cursor(binary=True)
    cursor.adapters.register_dumper(Packed, _PackedDumper)
    return cursor


def ask(
    connection: "psycopg.Connection[Any]", statement: str, *values: object
) -> list[tuple[Any, ...]]:
    """Give the rows that a statement gives, all at once."""
    return cursor_of(connection).execute(statement.encode(), values).fetchall()


def of_bytes(value: bytes) -> Field:
    """Pack bytes."""
    return len(value).to_bytes(4, "big") + value


def of_text(value: str) -> Field:
    """Pack a text."""
    return of_bytes(value.encode())


of_word = lru_cache(maxsize=4096)(of_text)
"""Pack a word of few, such as a code or the name of a type."""


def of_uuid(value: UUID) -> Field:
    """Pack an id."""
    return _SIXTEEN + value.int.to_bytes(16, "big")


def of_maybe_uuid(value: UUID | None) -> Field:
    """Pack an id, if there is one."""
    return NULL if value is None else of_uuid(value)


@lru_cache(maxsize=32768)
def of_date(value: date | None) -> Field:
    """Pack a day, if there is one."""
    return NULL if value is None else _INT4.pack(4, value.toordinal() - _FIRST_DAY)


def of_instant(value: datetime) -> Field:
    """Pack an aware instant."""
    return _INT8.pack(8, (value - _FIRST_INSTANT) // _MICROSECOND)


def of_bool(value: bool) -> Field:
    """Pack a truth."""
    return TRUE if value else FALSE


def of_int2(value: int) -> Field:
    """Pack a small number."""
    return _INT2.pack(2, value)


def of_int4(value: int) -> Field:
    """Pack a number."""
    return _INT4.pack(4, value)


def of_int8(value: int) -> Field:
    """Pack a large number."""
    return _INT8.pack(8, value)


def array(kind: str, fields: Sequence[Field]) -> Packed:
    """Pack a column of a type; a parameter for `%b::type[]`, written so."""
    return Packed(_HEAD.pack(1, 1, _OIDS[kind], len(fields), 1) + b"".join(fields))


def arrays(kinds: Iterable[str], rows: Sequence[Sequence[Field]]) -> list[Packed]:
    """Pack rows, at least one, column by column."""
    columns = zip(*rows, strict=True)
    return [array(kind, column) for kind, column in zip(kinds, columns, strict=True)]


def casts(kinds: Iterable[str]) -> str:
    """Give the parameters that `arrays` fills."""
    return ", ".join(f"%b::{kind}[]" for kind in kinds)


def of_array(kind: str, fields: Sequence[Field]) -> Field:
    """Pack an array that is a value itself."""
    return of_bytes(array(kind, fields))


def copied(rows: Sequence[Sequence[Field]]) -> bytes:
    """Give rows, at least one, as a whole COPY with FORMAT BINARY takes them."""
    width = len(rows[0]).to_bytes(2, "big")
    return b"".join((_COPY_HEAD, *(width + b"".join(row) for row in rows), _COPY_END))
