"""One transaction of a PostgreSQL event store."""

import hashlib
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, cast
from uuid import UUID

import psycopg
from psycopg import errors
from psycopg.pq import ExecStatus, TransactionStatus
from sqlalchemy import Connection

from shared.codec import Registry
from shared.pg_binary import array, arrays, ask, casts, cursor_of, of_int4, of_text, of_uuid
from shared.recorded import Recorded
from shared.store.columns import COLUMNS, fields_of, rows_of
from shared.store.port import (
    Append,
    CommandMark,
    FoundCommand,
    Histories,
    IdTaken,
    NewEvent,
    Provenance,
    VersionConflict,
)
from shared.store.prepare import Tail, prepare, tail_of

_NAMES = ", ".join(COLUMNS)
_INSERT = f"INSERT INTO events ({_NAMES}) VALUES "
_VALUES = f"({', '.join(['%s'] * len(COLUMNS))})"
_AND_MAKE = """
    WITH put AS ({insert})
    INSERT INTO made_ids (id, event_id) VALUES {pairs}
"""
# not COPY: who is stopped in the middle of one keeps its locks for ever, since the server heeds
# none of its time limits while it waits for the rest of the rows
_INSERT_ALL = f"""
    INSERT INTO events ({_NAMES})
    SELECT {_NAMES} FROM unnest({casts(COLUMNS.values())})
        WITH ORDINALITY AS given ({_NAMES}, place) ORDER BY place
"""
_MAKE_ALL = """
    INSERT INTO made_ids (id, event_id) SELECT * FROM unnest(%b::uuid[], %b::uuid[])
"""

_LOCK = "SELECT pg_try_advisory_xact_lock(%s)"
_OPEN = """
    SELECT known.key, meta, data, hash
    FROM (SELECT EXISTS (SELECT FROM events WHERE command_key = %s)) AS known (key)
    LEFT JOIN events ON stream_id = %s ORDER BY version
"""
_READ = "SELECT meta, data, hash FROM events WHERE stream_id = %s ORDER BY version"
_READ_ALL = """
    SELECT e.stream_id, e.meta, e.data, e.hash
    FROM unnest(%b::text[], %b::int4[]) AS known (stream_id, version)
    JOIN events e ON e.stream_id = known.stream_id AND e.version > known.version
    ORDER BY e.stream_id, e.version
"""
_TAIL = """
    SELECT version, hash, recorded_at FROM events
    WHERE stream_id = %s ORDER BY version DESC LIMIT 1
"""
_COMMAND = """
    SELECT first.command_key, first.fingerprint, first.content, own.meta, own.data, own.hash
    FROM events first
    JOIN events own ON own.stream_id = first.stream_id AND own.version >= first.version
        AND own.command_id = first.command_id
    WHERE {found} ORDER BY first.seq, own.version
"""
_BY_KEY = _COMMAND.format(found="first.command_key = ANY(%s)")
_BY_MADE = _COMMAND.format(found="first.event_id = (SELECT event_id FROM made_ids WHERE id = %s)")

_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class PostgresTransaction:
    """A transaction of the service's database; it remembers the tails of what it has read."""

    def __init__(self, connection: Connection, registry: Registry) -> None:
        self.connection = connection
        self._registry = registry
        self._driver = cast("psycopg.Connection", connection.connection.driver_connection)
        self.cursor = self._driver.cursor(binary=True)
        self._tails: dict[str, Tail] = {}

    def try_lock(self, key: bytes) -> bool:
        """Take `key` until the end of the transaction, or say at once that another holds it."""
        number, server = _number(key), self._driver.pgconn
        if server.transaction_status != TransactionStatus.IDLE:
            row = self.cursor.execute(_LOCK, (number,)).fetchone()
            return bool(row and row[0])
        # the driver would send BEGIN by itself first: one more turn with the server, each command
        answer = server.exec_(f"BEGIN; {_LOCK % number}".encode())
        if answer.status != ExecStatus.TUPLES_OK:
            raise psycopg.OperationalError(f"no lock: {answer.get_error_message()}")
        return answer.get_value(0, 0) == b"t"

    def open_command(
        self, key: bytes, stream_id: str
    ) -> tuple[bool, FoundCommand | None, list[Recorded]]:
        """Lock a key, then look it up and read the stream.

        Two statements, each with a snapshot of its own: what the holder of the lock has
        committed before letting go is seen.
        """
        if not self.try_lock(key):
            return False, None, []
        rows = self.cursor.execute(_OPEN, (key, stream_id)).fetchall()
        read = self._registry.read
        # a stream without events still gives one row, which says whether the key is known
        history = [read(*each) for _, *each in rows if each[0] is not None]
        self._tails[stream_id] = tail_of(history)
        return True, self.find_command(key) if rows[0][0] else None, history

    def find_command(self, key: bytes) -> FoundCommand | None:
        """Give the accepted command of an idempotency key."""
        return self.find_commands([key]).get(key)

    def find_made(self, made: UUID) -> FoundCommand | None:
        """Give the accepted command that made an id."""
        rows = self.cursor.execute(_BY_MADE, (made,)).fetchall()
        return self._found(rows) if rows else None

    def find_commands(self, keys: Sequence[bytes]) -> dict[bytes, FoundCommand]:
        """Give the accepted commands of many idempotency keys at once."""
        grouped: dict[bytes, list[tuple[Any, ...]]] = {}
        for row in self.cursor.execute(_BY_KEY, (list(keys),)).fetchall():
            grouped.setdefault(row[0], []).append(row)
        return {key: self._found(rows) for key, rows in grouped.items()}

    def _found(self, rows: Sequence[tuple[Any, ...]]) -> FoundCommand:
        events = [self._registry.read(*row[3:]) for row in rows]
        return FoundCommand(events, fingerprint=rows[0][1], content=rows[0][2])

    def read(self, stream_id: str) -> list[Recorded]:
        """Give a stream's events, oldest first, without positions."""
        read = self._registry.read
        history = [read(*row) for row in self.cursor.execute(_READ, (stream_id,)).fetchall()]
        self._tails[stream_id] = tail_of(history)
        return history

    def read_all(
        self, stream_ids: Sequence[str], known: Histories | None = None
    ) -> dict[str, list[Recorded]]:
        """Give many streams at once; an empty list for one that does not exist.

        Of those `known` from before only what came since is read.
        """
        read, before = self._registry.read, known or {}
        histories = {name: list(before.get(name, ())) for name in stream_ids}
        # all rows at once: row by row costs as much as decoding them
        for stream_id, meta, data, digest in ask(
            self._driver,
            _READ_ALL,
            array("text", [of_text(name) for name in histories]),
            array("int4", [of_int4(len(history)) for history in histories.values()]),
        ):
            histories[stream_id].append(read(meta, data, digest))
        self._tails.update({name: tail_of(history) for name, history in histories.items()})
        return histories

    def append(
        self,
        stream_id: str,
        expected_version: int,
        events: Sequence[NewEvent],
        provenance: Provenance,
        mark: CommandMark | None = None,
        made_ids: Sequence[UUID] = (),
    ) -> list[Recorded]:
        """Add a command's events after `expected_version`; VersionConflict or IdTaken if not."""
        if not events:
            return []
        whole = Append(stream_id, expected_version, events, provenance, mark, made_ids)
        recorded = self._prepare(whole)
        rows = rows_of(recorded, mark)
        with _conflicts_told(stream_id):
            # one statement, not executemany: that warns in the log of every conflict
            insert = _INSERT + ", ".join([_VALUES] * len(rows))
            values: list[Any] = [value for row in rows for value in row]
            if made_ids:
                pairs = ", ".join(["(%s, %s)"] * len(made_ids))
                insert = _AND_MAKE.format(insert=insert, pairs=pairs)
                values += [each for made in made_ids for each in (made, events[0].event_id)]
            self.cursor.execute(insert.encode(), values)
        return recorded

    def append_all(self, commands: Sequence[Append]) -> list[list[Recorded]]:
        """Add many commands' events, in order, all or none; several may share a stream."""
        prepared = [self._prepare(each) for each in commands]
        with _conflicts_told("one of many streams"):
            rows = [
                row
                for each, recorded in zip(commands, prepared, strict=True)
                for row in fields_of(recorded, each.mark)
            ]
            if rows:
                cursor_of(self._driver).execute(
                    _INSERT_ALL.encode(), arrays(COLUMNS.values(), rows)
                )
            made = [
                (of_uuid(made), of_uuid(each.events[0].event_id))
                for each in commands
                if each.events
                for made in each.made_ids
            ]
            if made:
                cursor_of(self._driver).execute(_MAKE_ALL, arrays(("uuid", "uuid"), made))
        return prepared

    def _prepare(self, command: Append) -> list[Recorded]:
        if not command.events:
            return []
        tail = self._tail(command.stream_id, command.expected_version)
        recorded = prepare(
            self._registry.source, command.stream_id, tail, command.events, command.provenance
        )
        self._tails[command.stream_id] = tail_of(recorded)
        return recorded

    def _tail(self, stream_id: str, expected_version: int) -> Tail:
        tail = self._tails.get(stream_id)
        if tail is None and expected_version == 0:
            return Tail()  # if it does exist, the database refuses version 1
        if tail is None:
            row = self.cursor.execute(_TAIL, (stream_id,)).fetchone()
            tail = Tail(*row) if row else Tail()
        if tail.version != expected_version:
            raise VersionConflict(stream_id)
        return tail

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """Undo what was done inside if it ends with an exception."""
        tails = dict(self._tails)
        try:
            with self.connection.begin_nested():
                yield
        except BaseException:
            self._tails = tails
            raise


def _number(key: bytes) -> int:
    """Give the advisory lock's number of a key."""
    return int.from_bytes(hashlib.sha256(key).digest()[:8], "big", signed=True)


@contextmanager
def _conflicts_told(stream_id: str) -> Iterator[None]:
    try:
        yield
    except errors.UniqueViolation as problem:
        constraint = problem.diag.constraint_name
        if constraint in ("events_stream_version", "events_command_key"):
            raise VersionConflict(stream_id) from problem
        taken = _UUID.search(problem.diag.message_detail or "")
        if constraint in ("events_event_id", "made_ids_pkey") and taken:
            raise IdTaken(UUID(taken.group())) from problem
        raise
