"""Cuts a service's connection to its database before a statement of one's choice."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Self

import psycopg
from sqlalchemy import Connection, Engine, event
from sqlalchemy.pool import ConnectionPoolEntry


@dataclass
class Scissors:
    """Counts what is said to the server; the connection is closed before the chosen word."""

    left: int | None = None
    has_cut: bool = False

    def before(self, word: int) -> None:
        """Cut before the statement or commit of that number, counted from now."""
        self.left, self.has_cut = word, False

    def rest(self) -> bool:
        """Cut nothing any more; say whether it was done."""
        self.left = None
        return self.has_cut

    def hear(self, connection: psycopg.Connection[Any]) -> None:
        """Count one word."""
        if self.left is None:
            return
        self.left -= 1
        if self.left == 0:
            self.has_cut, self.left = True, None
            connection.close()


def scissors(engine: Engine) -> Scissors:
    """Put scissors beside an engine's connections."""
    made = Scissors()

    class Cursor(psycopg.Cursor[Any]):
        def execute(self, *given: Any, **named: Any) -> Self:
            made.hear(self.connection)
            return super().execute(*given, **named)

    def connected(driver: psycopg.Connection[Any], _: ConnectionPoolEntry) -> None:
        driver.cursor_factory = Cursor

    def committing(connection: Connection) -> None:
        driver = connection.connection.driver_connection
        assert isinstance(driver, psycopg.Connection)
        made.hear(driver)

    engine.dispose()
    event.listen(engine, "connect", connected)
    event.listen(engine, "commit", committing)
    return made
