"""Reading the journal for export: filters and areas in the one query, page by page in log order."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Connection, Engine, text

from services.reporting.projections.read_positions import Cut
from services.reporting.projections.within import Query, communes, lives_in
from shared.areas import Scope
from shared.codec import decode_meta
from shared.recorded import Meta

PAGE = 2_000
_COLUMNS = "h.source, h.position, h.key, h.meta, h.data, h.hash, h.occurred_on, h.event_id"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Which events; None or empty: all. `scope` is what the reader may see at all."""

    scope: Scope
    day: date
    """The day on which a household's commune decides."""
    household_id: UUID | None = None
    area: Scope | None = None
    types: frozenset[str] = frozenset()
    from_on: date | None = None
    to_on: date | None = None


class Row(NamedTuple):
    """One event of the journal as bytes."""

    source: str
    position: int
    key: UUID
    meta_bytes: bytes
    data: bytes
    digest: bytes
    occurred_on: date
    event_id: UUID

    @property
    def meta(self) -> Meta:
        """Read everything about it but its content."""
        return decode_meta(self.meta_bytes)

    def line(self) -> bytes:
        """Give it as JSON: its meta flat, then data, hash and position; the bytes as hashed."""
        tail = f',"hash":"{self.digest.hex()}","position":{self.position}}}'.encode()
        return self.meta_bytes[:-1] + b',"data":' + self.data + tail


def listed(
    connection: Connection, asked: Asked, after: tuple[str, ...] | None, limit: int
) -> list[Row]:
    """Give events by date and id, after a cursor."""
    query = _query(asked)
    if after is not None:
        query.add(
            "(h.occurred_on, h.event_id) > (:after_day, CAST(:after_id AS uuid))",
            after_day=date.fromisoformat(after[0]),
            after_id=UUID(after[1]),
        )
    return _rows(connection, query, "h.occurred_on, h.event_id", limit)


def subjects(connection: Connection, asked: Asked) -> list[UUID]:
    """Name whose events are asked for."""
    query = _query(asked)
    where = " AND ".join(query.conditions)
    rows = connection.execute(
        text(f"SELECT DISTINCT h.key FROM journal h {_where(where)}"), query.bound
    )
    return [row[0] for row in rows]


def in_log_order(engine: Engine, asked: Asked, cut: Cut) -> Iterator[Row]:
    """Give every event up to the cut by source and position, in little memory.

    Each page is a transaction of its own: a slow reader holds nothing up.
    """
    for source, head in cut.heads().items():
        after = 0
        while after < head:
            query = _query(asked)
            query.add("h.source = :source", source=source)
            query.add("h.position > :after AND h.position <= :head", after=after, head=head)
            with engine.begin() as connection:
                rows = _rows(connection, query, "h.position", PAGE)
            yield from (row for row in rows if cut.holds(source, row.key, row.position))
            after = rows[-1].position if len(rows) == PAGE else head


def by_key(engine: Engine, asked: Asked, cut: Cut) -> Iterator[Row]:
    """Give every event up to the cut by household, in little memory, as `in_log_order` does."""
    after: Row | None = None
    while True:
        query = _query(asked)
        if after is not None:
            query.add(
                "(h.key, h.source, h.position) > (:last_key, :last_source, :last_position)",
                last_key=after.key,
                last_source=after.source,
                last_position=after.position,
            )
        with engine.begin() as connection:
            rows = _rows(connection, query, "h.key, h.source, h.position", PAGE)
        yield from (row for row in rows if cut.holds(row.source, row.key, row.position))
        if len(rows) < PAGE:
            return
        after = rows[-1]


def _query(asked: Asked) -> Query:
    query = Query([], {"day": asked.day})
    if asked.household_id is not None:
        query.add("h.key = :household", household=asked.household_id)
    if asked.types:
        query.add("h.type = ANY(:types)", types=sorted(asked.types))
    if asked.from_on is not None:
        query.add("h.occurred_on >= :from_on", from_on=asked.from_on)
    if asked.to_on is not None:
        query.add("h.occurred_on <= :to_on", to_on=asked.to_on)
    if not asked.scope.everything:
        query.add(lives_in("mine"), **communes("mine", asked.scope, asked.day))
    if asked.area is not None:
        query.add(lives_in("asked"), **communes("asked", asked.area, asked.day))
    return query


def _rows(connection: Connection, query: Query, order: str, limit: int) -> list[Row]:
    rows = connection.execute(
        text(
            f"SELECT {_COLUMNS} FROM journal h {_where(' AND '.join(query.conditions))}"
            f" ORDER BY {order} LIMIT :limit"
        ),
        query.bound | {"limit": limit},
    )
    return [Row(*row) for row in rows]


def _where(conditions: str) -> str:
    return f"WHERE {conditions}" if conditions else ""
