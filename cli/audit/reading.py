"""How an audit reads a database: as one moment had it, in order, in little memory, read-only."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import psycopg

from cli.checks import Line

Advance = Callable[[int], object]
"""Is told how many rows more were looked at."""

Connection = psycopg.Connection[tuple[Any, ...]]

MOST = 20
"""So many troubles of one kind are named; of the rest it is said how many they are."""

_AT_ONCE = 2_000
_OPTIONS = {
    "default_transaction_read_only": "on",
    "default_transaction_isolation": "repeatable\\ read",
    "transaction_timeout": "0",
    "statement_timeout": "0",
    "idle_in_transaction_session_timeout": "0",
    "TimeZone": "UTC",
}


@contextmanager
def snapshot(url: str) -> Iterator[Connection]:
    """Connect to read what is committed now, however long that takes."""
    options = " ".join(f"-c {name}={value}" for name, value in _OPTIONS.items())
    with psycopg.connect(
        url, connect_timeout=5, options=options, application_name="giamngheo audit"
    ) as connection:
        connection.execute("SELECT 1")  # the moment is this one
        yield connection


def streamed(
    connection: Connection,
    name: str,
    query: str,
    advance: Advance,
    bound: Mapping[str, object] | None = None,
) -> Iterator[tuple[Any, ...]]:
    """Give the rows of a query, some at a time; `name` is the cursor's."""
    with connection.cursor(name=name, binary=True) as cursor:
        cursor.execute(query, bound or {})
        while rows := cursor.fetchmany(_AT_ONCE):
            yield from rows
            advance(len(rows))


def told(what: str, troubles: Iterable[str], well: Callable[[], str]) -> Iterator[Line]:
    """Give a line for each of the first troubles, or the one that says that there are none."""
    count = 0
    for trouble in troubles:
        count += 1
        if count <= MOST:
            yield Line(what, trouble, well=False)
    if count > MOST:
        yield Line(what, f"… và {count - MOST} nữa / more", well=False)
    if count == 0:
        yield Line(what, well())
