"""What a rebuild keeps of its own way, beside the tables it fills, so that it can go on later.

Each share of the households is one row: who folds it now, behind which household, and how many
are done. A batch and its mark are one transaction; whoever was only thought dead can add no more.
"""

from typing import NamedTuple
from uuid import UUID, uuid4

from sqlalchemy import Connection, Engine, text

from services.reporting.projections.tables import LIVE, NEXT, VERSION, statements

_TABLES = (
    f"CREATE TABLE {NEXT}.begun (version int NOT NULL, rulebook text NOT NULL, total int NOT NULL)",
    f"CREATE TABLE {NEXT}.shares (share int PRIMARY KEY, claim uuid, behind uuid, done int)",
    # what the live views had before anything was read: what differs from it is folded once more
    f"CREATE TABLE {NEXT}.seen AS SELECT key, hash FROM {LIVE}.dossiers",
    f"INSERT INTO {NEXT}.begun SELECT :version, :rulebook, count(*) FROM {NEXT}.seen",
    f"INSERT INTO {NEXT}.shares (share, done) SELECT generate_series(0, :workers - 1), 0",
)
OWN_TABLES = ("begun", "shares", "seen")
"""Tables of the rebuild itself, which the views do without."""

_BEGUN = text(f"SELECT version, rulebook, (SELECT count(*) FROM {NEXT}.shares) FROM {NEXT}.begun")
_CLAIM = text(f"UPDATE {NEXT}.shares SET claim = :claim WHERE share = :share RETURNING behind")
_MARK = text(
    f"UPDATE {NEXT}.shares SET behind = :behind, done = done + :folded"
    " WHERE share = :share AND claim = :claim"
)
_FAR = text(f"SELECT (SELECT sum(done) FROM {NEXT}.shares), total FROM {NEXT}.begun")


class Taken(Exception):  # noqa: N818 - how a process notices that it works for nobody
    """Another process folds this share now."""


class Claim(NamedTuple):
    """A share in the hands of one process, and the household behind which it is to go on."""

    share: int
    claim: UUID
    behind: UUID | None


class Far(NamedTuple):
    """How many households are folded, and how many the live views had at the beginning."""

    done: int
    total: int


def begin(engine: Engine, rulebook: str, workers: int, *, anew: bool) -> None:
    """Make the tables, or keep those of a rebuild of the same sort that was cut short."""
    with engine.begin() as connection:
        if not anew and _found(connection) == (VERSION, rulebook, workers):
            return
        forget(connection)
        for statement in (*statements(NEXT), *_TABLES):
            bound = {"version": VERSION, "rulebook": rulebook, "workers": workers}
            connection.execute(text(statement), bound)


def is_described(engine: Engine) -> bool:
    """Tell whether the tables are whole: what households share is judged too."""
    with engine.begin() as connection:
        found = connection.execute(text(f"SELECT count(*) FROM {NEXT}.about"))
        return bool(found.scalar_one())


def forget(connection: Connection) -> None:
    """Clear away all that a rebuild has made so far."""
    connection.execute(text(f"DROP SCHEMA IF EXISTS {NEXT} CASCADE"))


def claim(connection: Connection, share: int) -> Claim:
    """Take a share over from whoever had it."""
    mine = uuid4()
    behind = connection.execute(_CLAIM, {"share": share, "claim": mine}).scalar_one()
    return Claim(share, mine, behind)


def mark(connection: Connection, claim: Claim, behind: UUID, folded: int) -> None:
    """Note, with the batch itself, behind which household to go on; Taken if another has it."""
    bound = {"behind": behind, "folded": folded, "share": claim.share, "claim": claim.claim}
    if not connection.execute(_MARK, bound).rowcount:
        raise Taken


def take_back(engine: Engine) -> None:
    """Leave every share to nobody; whoever is at one ends at the next batch."""
    with engine.begin() as connection:
        connection.execute(text(f"UPDATE {NEXT}.shares SET claim = NULL"))


def far(engine: Engine) -> Far:
    """Tell how far the rebuild is."""
    with engine.begin() as connection:
        done, total = connection.execute(_FAR).one()
        return Far(int(done), int(total))


def _found(connection: Connection) -> tuple[int, str, int] | None:
    there = connection.execute(text("SELECT to_regclass(:name)"), {"name": f"{NEXT}.begun"})
    if there.scalar_one() is None:
        return None
    row = connection.execute(_BEGUN).one_or_none()
    return None if row is None else tuple(row)
