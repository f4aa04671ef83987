"""The queue: work is asked for, claimed by a worker, brought along part by part, ended.

Who does a job holds an advisory lock of its session, so that a job whose worker is killed is free
at once; and every claim has a number, so that one who was only thought dead can write no more.
"""

import hashlib
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Engine, text

from shared.areas import Commune, Scope

TRIES = 3
"""So often work is taken up without getting any further; then it has failed."""
_COLUMNS = (
    "job_id, kind, status, asked, scope, asked_by, asked_at, ended_at, fingerprint, claims,"
    " tries, cancelling, done, total, result, problem"
)
_ASK = text(
    "INSERT INTO jobs (job_id, kind, asked, scope, asked_by, key, fingerprint, total)"
    " VALUES (:job_id, :kind, CAST(:asked AS jsonb), CAST(:scope AS jsonb), :asked_by, :key,"
    " :fingerprint, :total) ON CONFLICT DO NOTHING"
)
_FIND = text(f"SELECT {_COLUMNS} FROM jobs WHERE job_id = :job_id AND kind = :kind")
_FIND_KEY = text(f"SELECT {_COLUMNS} FROM jobs WHERE key = :key")
_WAITING = text("SELECT job_id FROM jobs WHERE ended_at IS NULL ORDER BY asked_at, job_id LIMIT 50")
_CLAIM = text(
    "UPDATE jobs SET status = 'running', claims = claims + 1, tries = tries + 1"
    f" WHERE job_id = :job_id AND ended_at IS NULL RETURNING {_COLUMNS}"
)
_GO_ON = text(
    "UPDATE jobs SET done = :done, total = :total WHERE job_id = :job_id AND claims = :claims"
    " AND ended_at IS NULL AND NOT cancelling"
)
_KEEP = text("INSERT INTO job_parts (job_id, part, body) VALUES (:job_id, :part, :body)")
_FURTHER = text("UPDATE jobs SET tries = 0 WHERE job_id = :job_id")
_PARTS = text("SELECT body FROM job_parts WHERE job_id = :job_id ORDER BY part")
_RETURN = text(
    "UPDATE jobs SET tries = tries - 1 WHERE job_id = :job_id AND claims = :claims"
    " AND ended_at IS NULL"
)
_END = text(
    "UPDATE jobs SET status = CASE WHEN cancelling THEN 'cancelled' ELSE :status END,"
    " done = CASE WHEN NOT cancelling AND :status = 'done' THEN total ELSE done END,"
    " result = :result, problem = :problem, ended_at = clock_timestamp()"
    " WHERE job_id = :job_id AND claims = :claims AND ended_at IS NULL"
)
_CANCEL = text(
    "UPDATE jobs SET cancelling = true,"
    " status = CASE WHEN status = 'queued' THEN 'cancelled' ELSE status END,"
    " ended_at = CASE WHEN status = 'queued' THEN clock_timestamp() END"
    " WHERE job_id = :job_id AND ended_at IS NULL"
)
_FORGET = text("DELETE FROM jobs WHERE ended_at < clock_timestamp() - make_interval(days => :days)")


class Stopped(Exception):  # noqa: N818 - no error: somebody asked for it
    """The work is to end here: cancelled, taken over, or the process is stopping."""


class CannotBeDone(Exception):  # noqa: N818 - said to people as one sentence
    """The work can never succeed; the text says why, in both languages."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A piece of long work as it stands."""

    job_id: UUID
    kind: str
    status: str
    asked: dict[str, Any]
    scope: Scope
    """What it may look at; who may not see all of that sees nothing of it."""
    asked_by: str
    asked_at: datetime
    ended_at: datetime | None
    fingerprint: bytes | None
    claims: int
    tries: int
    cancelling: bool
    done: int
    total: int
    result: dict[str, Any] | None
    problem: str | None


class Work:
    """A job under way, in the hands of whoever does it."""

    def __init__(self, engine: Engine, job: Job, stopping: Callable[[], bool]) -> None:
        self.engine, self.job, self._stopping = engine, job, stopping

    def go_on(self, done: int, total: int) -> None:
        """Say how far it is; Stopped if it is not to go on."""
        with self.engine.begin() as connection:
            self._go_on(connection, done, total)

    @contextmanager
    def step(self, done: int, total: int) -> Iterator[Connection]:
        """Begin a transaction that brings the work along; Stopped as in `go_on`, nothing written.

        What is written in it is written by whoever holds the claim, and once.
        """
        with self.engine.begin() as connection:
            self._go_on(connection, done, total)
            yield connection
            connection.execute(_FURTHER, {"job_id": self.job.job_id})

    def keep(self, part: int, body: bytes, done: int, total: int) -> None:
        """Keep a part, so that the next worker need not do it again; Stopped as in `go_on`."""
        with self.step(done, total) as connection:
            bound = {"job_id": self.job.job_id, "part": part, "body": body}
            connection.execute(_KEEP, bound)

    def parts(self) -> list[bytes]:
        """Return what was kept, by this worker and those before it, in order."""
        with self.engine.begin() as connection:
            rows = connection.execute(_PARTS, {"job_id": self.job.job_id})
            return [bytes(row[0]) for row in rows]

    def _go_on(self, connection: Connection, done: int, total: int) -> None:
        bound = {"job_id": self.job.job_id, "claims": self.job.claims}
        moved = connection.execute(_GO_ON, bound | {"done": done, "total": total}).rowcount
        if self._stopping() or not moved:
            raise Stopped


def ask(
    connection: Connection,
    job_id: UUID,
    kind: str,
    asked: dict[str, Any],
    scope: Scope,
    asked_by: str,
    *,
    key: bytes | None = None,
    fingerprint: bytes | None = None,
    total: int = 0,
) -> Job | None:
    """Put work in the queue; return the job that was asked for with the same key before, if any."""
    bound = {
        "job_id": job_id,
        "kind": kind,
        "asked": json.dumps(asked, ensure_ascii=False),
        "scope": _packed(scope),
        "asked_by": asked_by,
        "key": key,
        "fingerprint": fingerprint,
        "total": total,
    }
    if connection.execute(_ASK, bound).rowcount or key is None:
        return None
    row = connection.execute(_FIND_KEY, {"key": key}).mappings().one_or_none()
    return None if row is None else _job(row)


def find(connection: Connection, job_id: UUID, kind: str) -> Job | None:
    """Return a job of a kind, or None."""
    row = connection.execute(_FIND, {"job_id": job_id, "kind": kind}).mappings().one_or_none()
    return None if row is None else _job(row)


def cancel(connection: Connection, job_id: UUID) -> bool:
    """Have work end, at once or at its next step; False if it has ended."""
    return connection.execute(_CANCEL, {"job_id": job_id}).rowcount > 0


def waiting(connection: Connection) -> Iterator[UUID]:
    """Yield what nobody has ended, the oldest first."""
    yield from connection.execute(_WAITING).scalars().all()


def forget(connection: Connection, days: int) -> None:
    """Leave nothing of what ended more than so many days ago."""
    connection.execute(_FORGET, {"days": days})


def claim(connection: Connection, job_id: UUID) -> Job | None:
    """Take work whose lock one holds; None if it has ended."""
    row = connection.execute(_CLAIM, {"job_id": job_id}).mappings().one_or_none()
    return None if row is None else _job(row)


def give_back(connection: Connection, job: Job) -> None:
    """Leave work to the next worker, as if it had not been claimed."""
    connection.execute(_RETURN, {"job_id": job.job_id, "claims": job.claims})


def end(
    connection: Connection,
    job: Job,
    status: str,
    result: bytes | None = None,
    problem: str | None = None,
) -> None:
    """Say what came of it; nothing where another worker has taken over."""
    bound = {"job_id": job.job_id, "claims": job.claims, "status": status}
    connection.execute(_END, bound | {"result": result, "problem": problem})
    connection.execute(text("DELETE FROM job_parts WHERE job_id = :job_id"), bound)


def lock_of(job_id: UUID) -> int:
    """Return the number of the lock that whoever does the work holds."""
    whole = hashlib.sha256(b"job" + job_id.bytes).digest()
    return int.from_bytes(whole[:8], "big", signed=True)


def _packed(scope: Scope) -> str:
    olds = sorted((one.code, one.valid_from.isoformat()) for one in scope.olds)
    return json.dumps({"everything": scope.everything, "olds": olds})


def _job(row: Any) -> Job:
    packed, result = row["scope"], row["result"]
    olds = frozenset(Commune(code, date.fromisoformat(since)) for code, since in packed["olds"])
    found = {name: row[name] for name in Job.__dataclass_fields__ if name != "scope"}
    found["result"] = None if result is None else json.loads(bytes(result))
    return Job(scope=Scope(olds, packed["everything"]), **found)
