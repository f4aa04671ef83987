"""What is known when a command is built: sponsors of ours, and where households live."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import Connection, select

from services.sponsorship.read_model.tables import (
    ASSIGNMENTS,
    KNOWN_CLOSURES,
    KNOWN_PLACES,
    SPONSORS,
    TURNS,
)
from shared.areas import Commune
from shared.areas.text import commune_in


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
