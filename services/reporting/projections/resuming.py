"""What a rebuild keeps of its own way, beside the tables it fills, so that it can go on later.

The households are parted into batches, each a range of keys and one row: who folds it now, and
how many it gave. A batch and its mark are one transaction; whoever was only thought dead can add
no more.
"""

from typing import NamedTuple
from uuid import UUID, uuid4

from sqlalchemy import Connection, Engine, text

from services.reporting.projections.tables import LIVE, NEXT, VERSION, statements
from shared.projector.journal import Span

_TABLES = (
    f"CREATE TABLE {NEXT}.begun (version int, rulebook text, total int, indexed boolean)",
    f"CREATE TABLE {NEXT}.batches (number int PRIMARY KEY, first uuid, claim uuid, done int)",
    # what the live views had before anything was read: what differs from it is folded once more
    f"CREATE TABLE {NEXT}.seen AS SELECT key, hash FROM {LIVE}.dossiers",
    f"INSERT INTO {NEXT}.begun SELECT :version, :rulebook, count(*), false FROM {NEXT}.seen",
    f"""
    INSERT INTO {NEXT}.batches (number, first) SELECT place / :size, key
    FROM (SELECT key, row_number() OVER (ORDER BY key) - 1 AS place FROM journal GROUP BY key) keys
    WHERE place % :size = 0
    """,
)
OWN_TABLES = ("begun", "batches", "seen")
"""Tables of the rebuild itself, which the views do without."""

_BEGUN = text(f"SELECT version, rulebook FROM {NEXT}.begun")
_FREE = text(f"UPDATE {NEXT}.batches SET claim = NULL WHERE done IS NULL")
_CLAIM = text(f"""
    UPDATE {NEXT}.batches SET claim = :claim WHERE number IN (
        SELECT number FROM {NEXT}.batches WHERE claim IS NULL ORDER BY number LIMIT (
            SELECT ceil(count(*) / CAST(:parts AS numeric)) FROM {NEXT}.batches WHERE claim IS NULL
        ) FOR UPDATE SKIP LOCKED
    )
""")
_CLAIMED = text(f"""
    SELECT number, CASE WHEN number > 0 THEN first END, behind FROM (
        SELECT number, first, lead(first) OVER (ORDER BY number) AS behind, claim
        FROM {NEXT}.batches
    ) placed WHERE claim = :claim ORDER BY number
""")
_MARK = text(
    f"UPDATE {NEXT}.batches SET done = :folded"
    " WHERE number = :number AND claim = :claim AND done IS NULL"
)
_FAR = text(f"SELECT (SELECT coalesce(sum(done), 0) FROM {NEXT}.batches), total FROM {NEXT}.begun")


class Taken(Exception):  # noqa: N818 - how a process notices that it works for nobody
    """Another process folds this batch now."""


class Batch(NamedTuple):
    """Households in the hands of one process."""

    number: int
    claim: UUID
    span: Span


class Far(NamedTuple):
    """How many households are folded, and how many the live views had at the beginning."""

    done: int
    total: int


def begin(engine: Engine, rulebook: str, size: int, *, anew: bool) -> None:
    """Make the tables, or keep those of a rebuild of the same sort that was cut short."""
    with engine.begin() as connection:
        if not anew and _found(connection) == (VERSION, rulebook):
            connection.execute(_FREE)
            return
        forget(connection)
        for statement in (*statements(NEXT), *_TABLES):
            bound = {"version": VERSION, "rulebook": rulebook, "size": size}
            connection.execute(text(statement), bound)


def is_described(engine: Engine) -> bool:
    """Tell whether the tables are whole: what households share is judged too."""
    with engine.begin() as connection:
        found = connection.execute(text(f"SELECT count(*) FROM {NEXT}.about"))
        return bool(found.scalar_one())


def forget(connection: Connection) -> None:
    """Clear away all that a rebuild has made so far."""
    connection.execute(text(f"DROP SCHEMA IF EXISTS {NEXT} CASCADE"))


def claim(connection: Connection, parts: int) -> list[Batch]:
    """Take the first of so many parts of what nobody has, in order; nothing where it is all had.

    So the pieces become smaller towards the end, and all have done at the same time; yet each
    is read by few scans: a scan of a few keys visits as many pages as one of many.
    """
    mine = uuid4()
    connection.execute(_CLAIM, {"claim": mine, "parts": parts})
    rows = connection.execute(_CLAIMED, {"claim": mine})
    return [Batch(number, mine, Span(first, behind)) for number, first, behind in rows]


def mark(connection: Connection, batch: Batch, folded: int) -> None:
    """Note, with the batch itself, that it is done; Taken if another has it."""
    bound = {"number": batch.number, "claim": batch.claim, "folded": folded}
    if not connection.execute(_MARK, bound).rowcount:
        raise Taken


def take_back(engine: Engine) -> None:
    """Leave every batch to nobody; whoever is at one ends with it, and finds no other."""
    with engine.begin() as connection:
        connection.execute(
            text(f"UPDATE {NEXT}.batches SET claim = :claim WHERE done IS NULL"),
            {"claim": uuid4()},
        )


def is_indexed(connection: Connection) -> bool:
    """Tell whether the tables have the indexes that reading needs; if not, they have from now."""
    indexed = text(f"UPDATE {NEXT}.begun SET indexed = true WHERE NOT indexed")
    return not connection.execute(indexed).rowcount


def far(engine: Engine) -> Far:
    """Tell how far the rebuild is."""
    with engine.begin() as connection:
        done, total = connection.execute(_FAR).one()
        return Far(int(done), int(total))


def _found(connection: Connection) -> tuple[int, str] | None:
    # tables of another version of this program have other columns
    there = connection.execute(text("SELECT to_regclass(:name)"), {"name": f"{NEXT}.batches"})
    if there.scalar_one() is None:
        return None
    row = connection.execute(_BEGUN).one_or_none()
    return None if row is None else tuple(row)
