"""Imports as rows: asked for, claimed by a worker, brought along part by part, forgotten.

The sheet and the remarks are sealed under a key of the import's own. It is destroyed
`KEPT` after the end, and as soon as anybody is erased: the sheet may be about that person.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, text

from services.households.api.imports.units import Remark
from shared.areas import Commune, Scope
from shared.auth.caller import Caller
from shared.sealing.keyring import Keyring

KEPT = timedelta(days=30)
"""How long a sheet and its remarks can be read after the end."""
CLAIMED = timedelta(seconds=60)
"""How long a worker that says nothing keeps its claim."""
ATTEMPTS = 5
"""So often a part is tried; then the import has failed."""

_CLAIM = """
    UPDATE imports SET status = 'running', worker = :worker, attempts = attempts + 1,
        claimed_until = now() + :claimed
    WHERE import_id = (
        SELECT import_id FROM imports WHERE ended_at IS NULL
            AND (worker IS NULL OR worker = :worker OR claimed_until < now())
        ORDER BY asked_at LIMIT 1 FOR UPDATE SKIP LOCKED)
    RETURNING *
"""
_KEEP = """
    UPDATE imports SET parts = parts + 1, done = done + :done, recorded = recorded + :recorded,
        unchanged = unchanged + :unchanged, refused = refused + :refused, attempts = 0,
        claimed_until = now() + :claimed
    WHERE import_id = :import_id AND worker = :worker AND parts = :part AND ended_at IS NULL
"""
_END = """
    UPDATE imports SET status = :status, ended_at = now()
    WHERE import_id = :import_id AND worker = :worker AND ended_at IS NULL
"""
_RELEASE = """
    UPDATE imports SET worker = NULL, attempts = attempts - 1
    WHERE import_id = :import_id AND worker = :worker AND ended_at IS NULL
"""
_TO_FORGET = """
    SELECT import_id FROM imports WHERE sheet IS NOT NULL AND ended_at IS NOT NULL
        AND (ended_at < now() - :kept OR asked_at < (SELECT max(asked_at) FROM erasures))
    ORDER BY ended_at LIMIT 100
"""


@dataclass(frozen=True, slots=True)
class Counts:
    """What became of the rows of a part."""

    recorded: int = 0
    unchanged: int = 0
    refused: int = 0


def ask(
    connection: Connection, import_id: UUID, caller: Caller, *, sheet: str, **more: Any
) -> None:
    """Put an import in the queue; `more`: kind, dry_run and total."""
    connection.execute(
        text(
            "INSERT INTO imports"
            " (import_id, kind, dry_run, asked_by, caller, asked_at, total, status, sheet)"
            " VALUES (:import_id, :kind, :dry_run, :asked_by, :caller, now(), :total,"
            " 'queued', :sheet)"
        ),
        {"import_id": import_id, "asked_by": caller.sub, "caller": _packed(caller)}
        | {"sheet": sheet, **more},
    )


def find(connection: Connection, import_id: UUID) -> Row[Any] | None:
    """Give an import."""
    look = text("SELECT * FROM imports WHERE import_id = :import_id")
    return connection.execute(look, {"import_id": import_id}).first()


def claim(connection: Connection, worker: UUID) -> Row[Any] | None:
    """Take the oldest import that nobody works on."""
    return connection.execute(text(_CLAIM), {"worker": worker, "claimed": CLAIMED}).first()


def keep(connection: Connection, job: Row[Any], part: int, counts: Counts, remarks: str) -> bool:
    """Keep what became of a part; False if another worker has taken over."""
    told = asdict(counts)
    values = told | {"import_id": job.import_id, "worker": job.worker, "part": part}
    values |= {"done": sum(told.values()), "claimed": CLAIMED}
    if connection.execute(text(_KEEP), values).rowcount == 0:
        return False
    if remarks:
        connection.execute(
            text(
                "INSERT INTO import_remarks (import_id, part, count, remarks)"
                " VALUES (:import_id, :part, :refused, :remarks)"
            ),
            {**values, "remarks": remarks},
        )
    return True


def end(connection: Connection, job: Row[Any], status: str) -> None:
    """Say that an import is `done`, or has `failed`."""
    values = {"import_id": job.import_id, "worker": job.worker, "status": status}
    connection.execute(text(_END), values)


def release(connection: Connection, job: Row[Any]) -> None:
    """Leave an import to the next worker."""
    values = {"import_id": job.import_id, "worker": job.worker}
    connection.execute(text(_RELEASE), values)


def remarks_of(connection: Connection, import_id: UUID, keyring: Keyring) -> list[Remark]:
    """Give every remark so far, in the order of rows; none once they are forgotten."""
    look = text("SELECT remarks FROM import_remarks WHERE import_id = :import_id ORDER BY part")
    sealed = connection.execute(look, {"import_id": import_id}).scalars().all()
    opened = [packed for packed in keyring.open_all(list(sealed)) if packed is not None]
    found = [Remark(**one) for packed in opened for one in json.loads(packed)]
    return sorted(found, key=lambda remark: remark.row)


def packed(remarks: Sequence[Remark]) -> str:
    """Give remarks as one text."""
    return json.dumps([asdict(remark) for remark in remarks], ensure_ascii=False)


def to_forget(connection: Connection) -> list[UUID]:
    """Give the imports whose sheets are to be destroyed."""
    return list(connection.execute(text(_TO_FORGET), {"kept": KEPT}).scalars())


def forget(connection: Connection, import_id: UUID) -> None:
    """Leave nothing of an import but its numbers."""
    here = {"import_id": import_id}
    connection.execute(text("DELETE FROM import_remarks WHERE import_id = :import_id"), here)
    connection.execute(text("UPDATE imports SET sheet = NULL WHERE import_id = :import_id"), here)


def _packed(caller: Caller) -> str:
    olds = sorted((one.code, one.valid_from.isoformat()) for one in caller.scope.olds)
    told = {
        "sub": caller.sub,
        "roles": sorted(str(role) for role in caller.roles),
        "related": sorted(str(one) for one in caller.related),
        "everything": caller.scope.everything,
        "olds": olds,
    }
    return json.dumps(told)


def caller_of(told: Mapping[str, Any]) -> Caller:
    """Give the person who asked for an import, as their token said then."""
    olds = frozenset(Commune(code, date.fromisoformat(since)) for code, since in told["olds"])
    return Caller(
        sub=told["sub"],
        roles=frozenset(told["roles"]),
        scope=Scope(olds, told["everything"]),
        related=frozenset(UUID(one) for one in told["related"]),
    )
