"""Gives every committed event the next dense position, after it was committed (guarantee G1)."""

from contextlib import suppress
from typing import cast

import psycopg
from psycopg import errors
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from shared.mover.watch import Watch, after_look, after_pass
from shared.store.port import StoreUnavailable

LIMIT = 5_000
ATTEMPTS = 5
HINT_EVERY = 10_000

# plans that read the whole history for a handful of events; a pass falls from 11 to 1.3 ms
_SESSION = (
    "SET enable_hashjoin = off",
    "SET enable_mergejoin = off",
    "SET enable_seqscan = off",
    "SET enable_bitmapscan = off",
    "SET jit = off",
)

_PLACE = """
    WITH last AS (
        SELECT coalesce(max(position), 0) AS position, max(positioned_at) AS positioned_at
        FROM (SELECT position, positioned_at FROM positions ORDER BY position DESC LIMIT 1) AS end_
    ), visible AS MATERIALIZED (
        (SELECT seq FROM events WHERE seq = ANY(%(holes)s::bigint[]) ORDER BY seq LIMIT %(limit)s)
        UNION ALL
        (SELECT seq FROM events WHERE seq > %(top)s ORDER BY seq LIMIT %(limit)s)
        ORDER BY seq LIMIT %(limit)s
    ), placed AS (
        INSERT INTO positions (position, seq, positioned_at)
        SELECT last.position + row_number() OVER (ORDER BY seq), seq,
            greatest(statement_timestamp(), last.positioned_at)
        FROM visible CROSS JOIN last
        WHERE NOT EXISTS (SELECT FROM positions WHERE positions.seq = visible.seq)
        RETURNING 1
    )
    SELECT (SELECT count(*) FROM placed), ARRAY(SELECT seq FROM visible ORDER BY seq)
"""

# most passes find nothing, and this costs a third of finding that out by placing
_ANY = "SELECT EXISTS (SELECT FROM events WHERE seq > %s)"

_RUNNING = """
    SELECT virtualxid FROM pg_locks
    WHERE locktype = 'virtualxid' AND pid IS DISTINCT FROM pg_backend_pid()
"""
_SERVER = """
    SELECT current_setting('max_prepared_transactions')::int, count(*) FROM pg_locks
    WHERE locktype = 'virtualxid' AND pid = pg_backend_pid()
"""
_FIRST = "SELECT pg_try_advisory_lock(hashtext('giamngheo sequencer'), 0)"
_HINT = "SELECT seq FROM sequencer_hint"
_SAVE = "UPDATE sequencer_hint SET seq = %(seq)s WHERE seq < %(seq)s"


class CannotSequence(Exception):  # noqa: N818 - said to people as one sentence
    """The server is set up so that a running transaction could be overlooked."""


class Sequencer:
    """Places events for one store; any number of them may run at once. Belongs to one thread."""

    def __init__(self, engine: Engine, limit: int = LIMIT) -> None:
        self._engine = engine
        self._limit = limit
        self._session: psycopg.Connection | None = None
        self.watch = Watch()
        self._saved = 0
        self._found = False
        self.is_first = False
        """Whether it holds the lock by which several agree who works; a politeness, no safety."""

    def run_pass(self) -> int:
        """Place what is committed and visible, at most `limit`; give how many; 0: nothing is left.

        StoreUnavailable: the session is lost, and with it what was watched; the next pass starts
        again from the hint.
        """
        try:
            return self._run_pass()
        except CannotSequence:
            self._forget()
            raise
        except (psycopg.OperationalError, psycopg.InternalError, SQLAlchemyError) as problem:
            self._forget()
            raise StoreUnavailable(f"sequencer: {type(problem).__name__}") from problem

    def _run_pass(self) -> int:
        cursor = self._open()
        if not self.is_first:
            self.is_first = bool(cursor.execute(_FIRST).fetchall()[0][0])
        if self._is_idle(cursor):
            return 0
        for _ in range(ATTEMPTS):
            with suppress(errors.UniqueViolation):  # another sequencer was faster: look again
                placed, more = self._place(cursor)
                while more and not placed:  # others placed all that was seen
                    placed, more = self._place(cursor)
                self._found = placed > 0
                return placed
        return 0

    def _is_idle(self, cursor: psycopg.Cursor) -> bool:
        """Say whether there is nothing to place; asked only where the last pass placed nothing."""
        if self._found or self.watch.holes:
            return False
        return not cursor.execute(_ANY, (self.watch.top,)).fetchall()[0][0]

    def _place(self, cursor: psycopg.Cursor) -> tuple[int, bool]:
        wanted = {"top": self.watch.top, "holes": list(self.watch.holes), "limit": self._limit}
        placed, seen = cursor.execute(_PLACE, wanted).fetchall()[0]
        full = len(seen) == self._limit
        watch = after_pass(self.watch, seen, full=full)
        if watch.holes:
            watch = after_look(watch, {row[0] for row in cursor.execute(_RUNNING)})
        self.watch = watch
        if watch.settled >= self._saved + HINT_EVERY:
            self._save(cursor)
        return int(placed), full

    def _save(self, cursor: psycopg.Cursor) -> None:
        self._saved = self.watch.settled
        cursor.execute(_SAVE, {"seq": self._saved})

    def _open(self) -> psycopg.Cursor:
        if self._session is None:
            pooled = self._engine.raw_connection()
            session = cast("psycopg.Connection", pooled.driver_connection)
            pooled.detach()  # its planner settings are for nobody else
            session.autocommit = True
            self._session = session
            cursor = session.cursor(binary=True)
            prepared, own = cursor.execute(_SERVER).fetchall()[0]
            refuse_unsafe(prepared, own)
            for setting in _SESSION:
                cursor.execute(setting)
            self._saved = int(cursor.execute(_HINT).fetchall()[0][0])
            self.watch = Watch(top=self._saved)
        return self._session.cursor(binary=True)

    def close(self) -> None:
        """Save how far it came and let go of the session."""
        if self._session is not None:
            with suppress(psycopg.Error):  # only a hint
                self._save(self._session.cursor())
        self._forget()

    def _forget(self) -> None:
        self.is_first = False
        session, self._session = self._session, None
        if session is not None:
            session.close()


def refuse_unsafe(prepared_allowed: int, own_rows: int) -> None:
    """Raise CannotSequence for a server on which a running transaction could be overlooked."""
    if prepared_allowed != 0:
        raise CannotSequence(
            "max_prepared_transactions phải bằng 0 / must be 0: a prepared transaction has no "
            "virtual id to wait for"
        )
    if own_rows != 1:
        raise CannotSequence(
            "vai trò này không đọc được pg_locks / this role cannot see the rows of pg_locks: "
            "GRANT EXECUTE ON FUNCTION pg_lock_status() to it"
        )
