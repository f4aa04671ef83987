"""The event store in PostgreSQL. The hot statements go to the driver as they stand."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import cast

import psycopg
from psycopg import errors
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolExhausted

from shared.codec import Registry
from shared.collecting import not_collecting
from shared.recorded import Recorded
from shared.store.port import RawEvent, StoreUnavailable
from shared.store.transaction import PostgresTransaction

_OUTAGES = (
    psycopg.OperationalError,
    errors.IdleInTransactionSessionTimeout,
    errors.TransactionTimeout,
    OperationalError,
    PoolExhausted,
)

_STREAM = """
    SELECT meta, data, hash, position FROM events LEFT JOIN positions USING (seq)
    WHERE stream_id = %s ORDER BY version
"""
_LOG = """
    SELECT meta, data, hash, position FROM positions JOIN events USING (seq)
    WHERE position > %s ORDER BY position LIMIT %s
"""
_RAW = """
    SELECT position, key, meta, data, hash FROM positions JOIN events USING (seq)
    WHERE position > %s ORDER BY position LIMIT %s
"""
_HEAD = "SELECT coalesce(max(position), 0) FROM positions"


class PostgresStore:
    """The events of one service in its own database."""

    def __init__(self, engine: Engine, registry: Registry) -> None:
        self.engine = engine
        self.registry = registry
        self.source = registry.source

    @contextmanager
    def transaction(self) -> Iterator[PostgresTransaction]:
        """Begin; commit at the end, or roll back on an exception; StoreUnavailable."""
        with self._outages_told(), self.engine.begin() as connection:
            yield PostgresTransaction(connection, self.registry)

    def read_stream(self, stream_id: str) -> list[Recorded]:
        """Give a stream's events, oldest first, with the positions they have so far."""
        read = self.registry.read
        with self.plain_cursor() as cursor:
            cursor.execute(_STREAM, (stream_id,))
            return [read(*row) for row in cursor]

    def read_log(self, after: int, limit: int) -> list[Recorded]:
        """Give positioned events above `after`, in order."""
        read = self.registry.read
        with self.plain_cursor() as cursor:
            # all rows at once: row by row costs as much again as decoding them
            rows = cursor.execute(_LOG, (after, limit)).fetchall()
        with not_collecting():
            return [read(*row) for row in rows]

    def read_raw(self, after: int, limit: int) -> list[RawEvent]:
        """Give the same as bytes."""
        with self.plain_cursor() as cursor:
            cursor.execute(_RAW, (after, limit))
            return [RawEvent(*row) for row in cursor]

    def head(self) -> int:
        """Give the last position, 0 if there is none."""
        with self.plain_cursor() as cursor:
            cursor.execute(_HEAD)
            row = cursor.fetchone()
        return int(row[0]) if row else 0

    @contextmanager
    def plain_cursor(self) -> Iterator[psycopg.Cursor]:
        """Give a cursor whose every statement is a transaction, for those who move events on."""
        with self._outages_told(), self.engine.connect() as connection:
            plain = connection.execution_options(isolation_level="AUTOCOMMIT")
            driver = cast("psycopg.Connection", plain.connection.driver_connection)
            with driver.cursor(binary=True) as cursor:
                yield cursor

    @contextmanager
    def _outages_told(self) -> Iterator[None]:
        try:
            yield
        except _OUTAGES as problem:
            raise StoreUnavailable(f"{self.source}: {type(problem).__name__}") from problem
        except DBAPIError as problem:
            if isinstance(problem.orig, _OUTAGES) or problem.connection_invalidated:
                raise StoreUnavailable(f"{self.source}: {problem.orig!r}") from problem
            raise
