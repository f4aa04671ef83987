"""What stays of others' topics: where households live, which are no more, and who was erased."""

from collections.abc import Sequence
from datetime import date
from itertools import pairwise
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, delete, insert, select

from services.households.events import PersonalDataErased
from services.sponsorship.policies import CONSUMES, closed_on, places
from services.sponsorship.read_model.tables import ASSIGNMENTS, KNOWN_CLOSURES, KNOWN_PLACES
from shared import erasure
from shared.areas.text import place_value
from shared.projector.journal import read_journals
from shared.recorded import Recorded


def project(connection: Connection, touched: Sequence[UUID], recorded: Sequence[Recorded]) -> None:
    """Learn anew where the touched households live, which are no more, and who was erased."""
    for entry in recorded:
        if isinstance(entry.event, PersonalDataErased):
            _erase(connection, entry.meta.key, entry.meta.event_id)
    histories = read_journals(connection, touched, CONSUMES)
    for table in (KNOWN_PLACES, KNOWN_CLOSURES):
        connection.execute(delete(table).where(table.c.household_id.in_(touched)))
    rows = [
        row
        for household_id, history in sorted(histories.items())
        for row in _rows(household_id, history)
    ]
    if rows:
        connection.execute(insert(KNOWN_PLACES), rows)
    closures = [
        {"household_id": household_id, "closed_on": day}
        for household_id, history in sorted(histories.items())
        if (day := closed_on(history)) is not None
    ]
    if closures:
        connection.execute(insert(KNOWN_CLOSURES), closures)


def _erase(connection: Connection, household_id: UUID, cause: UUID) -> None:
    """Order that what was written about a household's assignments goes: it may name the person."""
    look = select(ASSIGNMENTS.c.assignment_id).where(ASSIGNMENTS.c.household_id == household_id)
    for assignment_id in connection.execute(look).scalars().all():
        erasure.ask(connection, assignment_id, cause, renews=True)


def _rows(household_id: UUID, history: Sequence[Recorded]) -> list[dict[str, Any]]:
    found = places(history)
    # of one day the last counts; before the first known day, the first place
    by_day = {since if index else date.min: commune for index, (since, commune) in enumerate(found)}
    days = [*by_day, date.max]
    return [
        {
            "household_id": household_id,
            "since": since,
            "until": until,
            "place": place_value(by_day[since]),
        }
        for since, until in pairwise(days)
    ]
