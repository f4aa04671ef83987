"""Imports as jobs of the queue, and what is their own: the sheet, and how its rows fared.

The sheet and the remarks are sealed under a key of the import's own. It is destroyed
`KEPT` after the end, and as soon as anybody is erased: the sheet may be about that person.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import Connection, text

from services.households.api.imports.units import Remark
from shared.auth.caller import Caller
from shared.auth.roles import Role
from shared.jobs import queue
from shared.jobs.queue import Job
from shared.sealing.keyring import Keyring

IMPORT = "import"
"""The kind of these jobs."""
KEPT = timedelta(days=30)
"""How long a sheet and its remarks can be read after the end."""

_FIND = """
    SELECT sheet, parts, recorded, unchanged, refused FROM imports WHERE import_id = :import_id
"""
_KEEP = """
    UPDATE imports SET parts = :part + 1, recorded = recorded + :recorded,
        unchanged = unchanged + :unchanged, refused = refused + :refused
    WHERE import_id = :import_id
"""
_REMARK = """
    INSERT INTO import_remarks (import_id, part, count, remarks)
    VALUES (:import_id, :part, :refused, :remarks)
"""
_TO_FORGET = """
    SELECT import_id FROM imports JOIN jobs ON job_id = import_id
    WHERE sheet IS NOT NULL AND ended_at IS NOT NULL
        AND (ended_at < now() - :kept OR asked_at < (SELECT max(asked_at) FROM erasures))
    ORDER BY ended_at LIMIT 100
"""


@dataclass(frozen=True, slots=True)
class Counts:
    """What became of rows."""

    recorded: int = 0
    unchanged: int = 0
    refused: int = 0

    @property
    def done(self) -> int:
        """Return how many rows these are."""
        return self.recorded + self.unchanged + self.refused


@dataclass(frozen=True, slots=True)
class Import:
    """An import as it stands; `sheet`: sealed, None once it is forgotten."""

    job: Job
    sheet: str | None
    parts: int
    """How many parts of the sheet are done."""
    counts: Counts

    @property
    def kind(self) -> str:
        """Return the kind of its sheet."""
        return str(self.job.asked["kind"])

    @property
    def dry_run(self) -> bool:
        """Check whether it is only tried."""
        return bool(self.job.asked["dry_run"])

    @property
    def caller(self) -> Caller:
        """Return the person who asked for it, as their token said then."""
        return Caller(
            sub=self.job.asked_by,
            roles=frozenset(Role(role) for role in self.job.asked["roles"]),
            scope=self.job.scope,
            related=frozenset(UUID(one) for one in self.job.asked["related"]),
        )


def ask(
    connection: Connection,
    import_id: UUID,
    caller: Caller,
    *,
    sheet: str,
    kind: str,
    dry_run: bool,
    total: int,
) -> None:
    """Put an import in the queue; `total`: how many rows the sheet has."""
    asked = {
        "kind": kind,
        "dry_run": dry_run,
        "roles": sorted(str(role) for role in caller.roles),
        "related": sorted(str(one) for one in caller.related),
    }
    queue.ask(connection, import_id, IMPORT, asked, caller.scope, caller.sub, total=total)
    own = text("INSERT INTO imports (import_id, sheet) VALUES (:import_id, :sheet)")
    connection.execute(own, {"import_id": import_id, "sheet": sheet})


def find(connection: Connection, import_id: UUID) -> Import | None:
    """Return an import, or None."""
    job = queue.find(connection, import_id, IMPORT)
    if job is None:
        return None
    sheet, parts, *fared = connection.execute(text(_FIND), {"import_id": import_id}).one()
    return Import(job, sheet, parts, Counts(*fared))


def keep(connection: Connection, import_id: UUID, part: int, counts: Counts, remarks: str) -> None:
    """Keep what became of a part, in a step of the job."""
    values = asdict(counts) | {"import_id": import_id, "part": part, "remarks": remarks}
    connection.execute(text(_KEEP), values)
    if remarks:
        connection.execute(text(_REMARK), values)


def remarks_of(connection: Connection, import_id: UUID, keyring: Keyring) -> list[Remark]:
    """Return every remark so far, in the order of rows; none once they are forgotten."""
    look = text("SELECT remarks FROM import_remarks WHERE import_id = :import_id ORDER BY part")
    sealed = connection.execute(look, {"import_id": import_id}).scalars().all()
    opened = [packed for packed in keyring.open_all(list(sealed)) if packed is not None]
    found = [Remark(**one) for packed in opened for one in json.loads(packed)]
    return sorted(found, key=lambda remark: remark.row)


def packed(remarks: Sequence[Remark]) -> str:
    """Return remarks as one text."""
    return json.dumps([asdict(remark) for remark in remarks], ensure_ascii=False)


def to_forget(connection: Connection) -> list[UUID]:
    """Return the imports whose sheets are to be destroyed."""
    return list(connection.execute(text(_TO_FORGET), {"kept": KEPT}).scalars())


def forget(connection: Connection, import_id: UUID) -> None:
    """Leave nothing of an import but its numbers."""
    here = {"import_id": import_id}
    connection.execute(text("DELETE FROM import_remarks WHERE import_id = :import_id"), here)
    connection.execute(text("UPDATE imports SET sheet = NULL WHERE import_id = :import_id"), here)
