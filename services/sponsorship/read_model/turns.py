"""Who answers for which household and when: one sponsor not twice for the same household."""

from collections.abc import Iterator
from datetime import date
from itertools import pairwise
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, delete, select
from sqlalchemy.dialects.postgresql import insert

from services.sponsorship import events
from services.sponsorship.errors import AlreadyHelping
from services.sponsorship.read_model.tables import TURNS
from services.sponsorship.state import AssignmentState
from shared.corrections import EventCorrected

TURNING = (
    events.SponsorAssigned,
    events.HandoverAccepted,
    events.AssignmentEnded,
    EventCorrected,
)
"""Events that change who answers for the household, or until when."""
FREEING = (events.HandoverAccepted, events.AssignmentEnded, EventCorrected)
"""Those after which another assignment may begin that could not before."""


def keep_turns(connection: Connection, own_id: UUID, state: AssignmentState) -> None:
    """Bring one assignment's turns to its present state, or refuse what would be twice.

    The database's own constraint tells, so of two at the same instant one is refused.
    """
    connection.execute(delete(TURNS).where(TURNS.c.assignment_id == own_id))
    rows = list(_turns(own_id, state))
    if not rows:
        return
    made = insert(TURNS).values(rows).on_conflict_do_nothing().returning(TURNS.c.since)
    kept = set(connection.execute(made).scalars())
    for row in rows:
        if row["since"] not in kept:
            raise AlreadyHelping(assignment_id=_other(connection, row))


def _turns(own_id: UUID, state: AssignmentState) -> Iterator[dict[str, Any]]:
    # of one day the last counts
    by_day = dict(state.sponsors)
    end = min(state.ends_on or date.max, state.ended_on or date.max)
    for since, until in pairwise([*by_day, date.max]):
        if since < min(until, end):
            yield {
                "assignment_id": own_id,
                "household_id": state.household_id,
                "sponsor_id": by_day[since],
                "since": since,
                "until": min(until, end),
            }


def _other(connection: Connection, row: dict[str, Any]) -> UUID | None:
    look = select(TURNS.c.assignment_id).where(
        TURNS.c.household_id == row["household_id"],
        TURNS.c.sponsor_id == row["sponsor_id"],
        TURNS.c.since < row["until"],
        TURNS.c.until > row["since"],
        TURNS.c.assignment_id != row["assignment_id"],
    )
    return connection.execute(look.limit(1)).scalar_one_or_none()
