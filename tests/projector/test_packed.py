"""What is packed for the server is what the driver would have written of the same values."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Engine

from shared import packed
from shared.projector.driver import driver
from tests.support.facts import uid

pytestmark = pytest.mark.servers

KINDS = {
    "a": "uuid",
    "b": "date",
    "c": "timestamptz",
    "d": "text",
    "e": "bytea",
    "f": "bool",
    "g": "int2",
    "h": "int4",
    "i": "int8",
}
VALUES: list[tuple[Any, ...]] = [
    (
        *(uid(number), day, datetime(day.year, 3, 1, 23, 59, 59, 999_999, tzinfo=UTC)),
        *(said, said.encode(), number > 0, number, number * 40_000, number * 2**40),
    )
    for number, day, said in (
        (-1, date(1, 1, 1), ""),
        (0, date(2000, 1, 1), 'Nà Nghè, "{NULL}" \\ \t\n'),
        (1, date(9999, 12, 31), "Đồng Hỷ" * 100),
    )
]


def _packed(row: tuple[Any, ...]) -> list[packed.Field]:
    made: tuple[Callable[[Any], packed.Field], ...] = (
        *(packed.of_uuid, packed.of_date, packed.of_instant, packed.of_text, packed.of_bytes),
        *(packed.of_bool, packed.of_int2, packed.of_int4, packed.of_int8),
    )
    return [make(value) for make, value in zip(made, row, strict=True)]


def test_many_rows_go_into_a_table_as_arrays_or_by_copy(engine: Engine) -> None:
    rows = [*map(_packed, VALUES), [packed.NULL] * len(KINDS)]
    given = [*VALUES, (None,) * len(KINDS)]
    columns = ", ".join(f"{name} {kind}" for name, kind in KINDS.items())
    with engine.begin() as connection:
        cursor = packed.cursor_of(driver(connection))
        cursor.execute(f"CREATE TEMPORARY TABLE kept ({columns})".encode())
        insert = f"INSERT INTO kept SELECT * FROM unnest({packed.casts(KINDS.values())})"
        cursor.execute(insert.encode(), packed.arrays(KINDS.values(), rows))
        assert cursor.execute("SELECT * FROM kept").fetchall() == given
        with cursor.copy("COPY kept FROM STDIN (FORMAT BINARY)") as copy:
            copy.write(packed.copied(rows))
        assert cursor.execute("SELECT * FROM kept").fetchall() == given * 2


def test_an_array_may_be_a_value(engine: Engine) -> None:
    ids = [uid("one"), uid("other")]
    with engine.begin() as connection:
        cursor = packed.cursor_of(driver(connection))
        cursor.execute("CREATE TEMPORARY TABLE kept (ids uuid[])")
        with cursor.copy("COPY kept FROM STDIN (FORMAT BINARY)") as copy:
            copy.write(
                packed.copied([[packed.of_array("uuid", [packed.of_uuid(one) for one in ids])]])
            )
        found: list[tuple[list[UUID]]] = cursor.execute("SELECT ids FROM kept").fetchall()
    assert found == [(ids,)]
