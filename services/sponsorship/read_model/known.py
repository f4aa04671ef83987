"""What is known when a command is built: sponsors of ours, and where households live."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, delete, insert, select

from services.households.events import REGISTRY as HOUSEHOLDS
from services.households.events import PersonalDataErased
from services.sponsorship.policies import closed_on, places
from services.sponsorship.read_model.tables import (
    ASSIGNMENTS,
    KNOWN_CLOSURES,
    KNOWN_PLACES,
    SPONSORS,
    TURNS,
    commune_in,
    place_value,
)
from shared import erasure
from shared.areas import Commune
from shared.projector.journal import read_journals
from shared.recorded import Recorded


@dataclass(frozen=True, slots=True)
class Known:
    """Looks up within the command's transaction; without a database nothing is known."""

    connection: Connection | None

    def commune_of(self, household_id: UUID, day: date) -> Commune | None:
        """Give where a household lives on a day, None if this service has not heard of it."""
        if self.connection is None:
            return None
        look = select(KNOWN_PLACES.c.place).where(
            KNOWN_PLACES.c.household_id == household_id,
            KNOWN_PLACES.c.since <= day,
            KNOWN_PLACES.c.until > day,
        )
        place = self.connection.execute(look).scalar_one_or_none()
        return None if place is None else commune_in(place)

    def has_sponsor(self, sponsor_id: UUID) -> bool:
        """Tell whether a sponsor is on the register."""
        if self.connection is None:
            return True
        look = select(SPONSORS.c.sponsor_id).where(SPONSORS.c.sponsor_id == sponsor_id)
        return self.connection.execute(look).first() is not None

    def has_helped(self, sponsor_id: UUID) -> bool:
        """Tell whether a sponsor answers for a household, or did once."""
        if self.connection is None:
            return False
        look = select(TURNS.c.sponsor_id).where(TURNS.c.sponsor_id == sponsor_id).limit(1)
        return self.connection.execute(look).first() is not None

    def dissolved_on(self, sponsor_id: UUID) -> date | None:
        """Give the day from which a sponsor is no more, None if it is not dissolved."""
        if self.connection is None:
            return None
        look = select(SPONSORS.c.dissolved_on).where(SPONSORS.c.sponsor_id == sponsor_id)
        found: date | None = self.connection.execute(look).scalar_one_or_none()
        return found

    def closed_on(self, household_id: UUID) -> date | None:
        """Give the day from which a household is no more, None if that was not heard of."""
        if self.connection is None:
            return None
        look = select(KNOWN_CLOSURES.c.closed_on).where(
            KNOWN_CLOSURES.c.household_id == household_id
        )
        found: date | None = self.connection.execute(look).scalar_one_or_none()
        return found

    def sponsor_of(self, assignment_id: UUID) -> tuple[UUID, str] | None:
        """Give the sponsor of an assignment, and of what kind it is."""
        if self.connection is None:
            return None
        look = (
            select(SPONSORS.c.sponsor_id, SPONSORS.c.kind)
            .join(ASSIGNMENTS, ASSIGNMENTS.c.sponsor_id == SPONSORS.c.sponsor_id)
            .where(ASSIGNMENTS.c.assignment_id == assignment_id)
        )
        found = self.connection.execute(look).first()
        return None if found is None else (found.sponsor_id, found.kind)


def known(connection: Connection | None) -> Known:
    """Give what routes may ask."""
    return Known(connection)


def step(connection: Connection, touched: Sequence[UUID], recorded: Sequence[Recorded]) -> None:
    """Learn anew where the touched households live, which are no more, and who was erased."""
    for entry in recorded:
        if isinstance(entry.event, PersonalDataErased):
            _erase(connection, entry.meta.key, entry.meta.event_id)
    histories = read_journals(connection, touched, {HOUSEHOLDS.source: HOUSEHOLDS})
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
