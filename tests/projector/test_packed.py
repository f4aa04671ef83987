"""What is packed for the server is what the driver would have written of the same values."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Engine

from shared import pg_binary
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


def _packed(row: tuple[Any, ...]) -> list[pg_binary.Field]:
    made: tuple[Callable[[Any], pg_binary.Field], ...] = (
        *(
            pg_binary.of_uuid,
            pg_binary.of_date,
            pg_binary.of_instant,
            pg_binary.of_text,
            pg_binary.of_bytes,
        ),
        *(pg_binary.of_bool, pg_binary.of_int2, pg_binary.of_int4, pg_binary.of_int8),
    )
    return [make(value) for make, value in zip(made, row, strict=True)]


def test_many_rows_go_into_a_table_as_arrays_or_by_copy(engine: Engine) -> None:
    rows = [*map(_packed, VALUES), [pg_binary.NULL] * len(KINDS)]
    given = [*VALUES, (None,) * len(KINDS)]
    columns = ", ".join(f"{name} {kind}" for name, kind in KINDS.items())
    with engine.begin() as connection:
        cursor = pg_binary.cursor_of(driver(connection))
        cursor.execute(f"CREATE TEMPORARY TABLE kept ({columns})".encode())
        insert = f"INSERT INTO kept SELECT * FROM unnest({pg_binary.casts(KINDS.values())})"
        cursor.execute(insert.encode(), pg_binary.arrays(KINDS.values(), rows))
        assert cursor.execute("SELECT * FROM kept").fetchall() == given
        with cursor.copy("COPY kept FROM STDIN (FORMAT BINARY)") as copy:
            copy.write(pg_binary.copied(rows))
        assert cursor.execute("SELECT * FROM kept").fetchall() == given * 2


def test_an_array_may_be_a_value(engine: Engine) -> None:
    ids = [uid("one"), uid("other")]
    with engine.begin() as connection:
        cursor = pg_binary.cursor_of(driver(connection))
        cursor.execute("CREATE TEMPORARY TABLE kept (ids uuid[])")
        with cursor.copy("COPY kept FROM STDIN (FORMAT BINARY)") as copy:
            copy.write(
                pg_binary.copied(
                    [[pg_binary.of_array("uuid", [pg_binary.of_uuid(one) for one in ids])]]
                )
            )
        found: list[tuple[list[UUID]]] = cursor.execute("SELECT ids FROM kept").fetchall()
    assert found == [(ids,)]
