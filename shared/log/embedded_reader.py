"""Reading the embedded log: woken by NOTIFY, and looking now and then all the same."""

import threading
import time
from collections.abc import Sequence
from typing import Any

import psycopg

from shared.log.headers import headers_of, record_of
from shared.log.port import LogUnavailable, OffsetLost, Outgoing, Record

Row = tuple[Any, ...]

LIMITS = (
    "-c statement_timeout=10000 -c idle_in_transaction_session_timeout=10000"
    " -c synchronous_commit=on -c TimeZone=UTC"
)
SLICE_S = 0.1
"""How long a waiting poll may overlook that it was woken."""
LOOK_S = 1.0
"""How long a lost NOTIFY may delay a record."""

_NEXT = """
    SELECT r.* FROM unnest(%b::text[], %b::int[], %b::bigint[]) AS w(topic, partition, start),
    LATERAL (
        SELECT topic, partition, record_offset, key, position, meta, data, hash, mark
        FROM log_records r WHERE r.topic = w.topic AND r.partition = w.partition
        AND r.record_offset >= w.start ORDER BY r.record_offset LIMIT %b
    ) AS r LIMIT %b
"""
_LOST = """
    SELECT w.topic, w.partition, w.start
    FROM unnest(%b::text[], %b::int[], %b::bigint[]) AS w(topic, partition, start)
    WHERE w.start > 0 AND NOT EXISTS (
        SELECT FROM log_records r WHERE r.topic = w.topic AND r.partition = w.partition
        AND r.record_offset = w.start - 1)
"""


class EmbeddedReader:
    """One listening connection, made at the first poll and again after an outage."""

    def __init__(self, url: str, channel: str, assigned: Sequence[tuple[str, int]]) -> None:
        self._url, self._channel = url, channel
        self._next = dict.fromkeys(assigned, 0)
        self._woken = threading.Event()
        self._open: psycopg.Connection[Row] | None = None

    def seek(self, topic: str, partition: int, offset: int) -> None:
        """Read on from this offset."""
        self._next[topic, partition] = offset

    def poll(self, timeout_s: float, max_records: int) -> list[Record]:
        """Give the next records, ascending in each partition; none when the time is over."""
        deadline = time.monotonic() + timeout_s
        try:
            connection = self._connection()
            while not (found := self._take(connection, max_records)):
                self._check(connection)
                look = min(deadline, time.monotonic() + LOOK_S)
                while (left := look - time.monotonic()) > 0 and not self._woken.is_set():
                    if list(connection.notifies(timeout=min(left, SLICE_S), stop_after=1)):
                        break
                if self._woken.is_set() or time.monotonic() >= deadline:
                    break
        except psycopg.Error as problem:
            self.close()
            raise LogUnavailable(f"{type(problem).__name__}: {problem}") from problem
        self._woken.clear()
        return found

    def wake(self) -> None:
        """Make a waiting poll return within a moment."""
        self._woken.set()

    def close(self) -> None:
        """Let go of the database; a later poll opens it again where it stood."""
        connection, self._open = self._open, None
        if connection is not None:
            connection.close()

    def _connection(self) -> "psycopg.Connection[Row]":
        if self._open is None:
            self._open = connect(self._url)
            self._open.execute(f"LISTEN {self._channel}")
        return self._open

    def _take(self, connection: "psycopg.Connection[Row]", max_records: int) -> list[Record]:
        rows = connection.execute(_NEXT, (*self._wanted(), max_records, max_records)).fetchall()
        found: list[Record] = []
        for row in rows:
            lane = (row[0], row[1])
            if row[2] == self._next[lane]:  # the statement gives them so, but promises nothing
                found.append(record_from(row))
                self._next[lane] += 1
        for lane in {(record.topic, record.partition) for record in found}:
            self._next[lane] = self._next.pop(lane)  # the next poll begins with the others
        return found

    def _check(self, connection: "psycopg.Connection[Row]") -> None:
        for topic, partition, start in connection.execute(_LOST, self._wanted()):
            raise OffsetLost(topic, partition, start)

    def _wanted(self) -> tuple[list[str], list[int], list[int]]:
        lanes = list(self._next)
        return (
            [topic for topic, _ in lanes],
            [partition for _, partition in lanes],
            list(self._next.values()),
        )


def connect(url: str) -> "psycopg.Connection[Row]":
    """Connect to the database `log`, each statement a transaction of its own."""
    return psycopg.connect(
        url,
        autocommit=True,
        options=LIMITS,
        application_name="giamngheo log",
        connect_timeout=5,
        prepare_threshold=2,
    )


def record_from(row: Row) -> Record:
    """Read a row as any log gives a record."""
    topic, partition, offset, key, position, meta, data, digest, mark = row
    outgoing = Outgoing(
        topic=topic, key=key, position=position, meta=meta, data=data, digest=digest, mark=mark
    )
    return record_of(topic, partition, offset, str(key).encode(), data, headers_of(outgoing))
