"""Who helps which household, learnt from the sponsors' own events."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from uuid import UUID

from sqlalchemy import (
    Column,
    Connection,
    Date,
    MetaData,
    Table,
    Uuid,
    delete,
    exists,
    insert,
    select,
)

from services.households.policies import gone_on, helps
from services.sponsorship.events import REGISTRY as SPONSORSHIP
from shared.projector.journal import read_journals
from shared.recorded import Recorded

SPONSORED = Table(
    "sponsored",
    MetaData(),
    Column("household_id", Uuid, primary_key=True),
    Column("assignment_id", Uuid, primary_key=True),
    Column("since", Date, primary_key=True),
    Column("until", Date, nullable=False),
    Column("sponsor_id", Uuid, nullable=False),
)
"""Not made anew from the events of this service, which do not know it."""
SPONSORS_GONE = Table(
    "sponsors_gone",
    SPONSORED.metadata,
    Column("sponsor_id", Uuid, primary_key=True),
    Column("since", Date, nullable=False),
)
"""Sponsors that were dissolved: their people see nothing from that day on."""


def step(connection: Connection, touched: Sequence[UUID], _: Sequence[Recorded]) -> None:
    """Learn anew who helps the touched households, and which of the sponsors are no more."""
    histories = read_journals(connection, touched, {SPONSORSHIP.source: SPONSORSHIP})
    connection.execute(delete(SPONSORED).where(SPONSORED.c.household_id.in_(touched)))
    rows = [
        {"household_id": household_id} | asdict(found)
        for household_id, history in sorted(histories.items())
        for found in helps(history)
    ]
    if rows:
        connection.execute(insert(SPONSORED), rows)
    connection.execute(delete(SPONSORS_GONE).where(SPONSORS_GONE.c.sponsor_id.in_(touched)))
    gone = [
        {"sponsor_id": sponsor_id, "since": day}
        for sponsor_id, history in sorted(histories.items())
        if (day := gone_on(history)) is not None
    ]
    if gone:
        connection.execute(insert(SPONSORS_GONE), gone)


def is_helped_by(
    connection: Connection, household_id: UUID, sponsor_id: UUID | None, on: date
) -> bool:
    """Tell whether a sponsor answers for a household on a day, as far as is known here."""
    look = select(SPONSORED.c.assignment_id).where(
        SPONSORED.c.household_id == household_id,
        SPONSORED.c.sponsor_id == sponsor_id,
        SPONSORED.c.since <= on,
        SPONSORED.c.until > on,
        ~exists().where(SPONSORS_GONE.c.sponsor_id == sponsor_id, SPONSORS_GONE.c.since <= on),
    )
    return connection.execute(look).first() is not None
