"""What the command endpoints of sponsorship have in common."""

from datetime import date
from typing import Any
from uuid import UUID

from services.sponsorship.decider import ASSIGNMENT
from services.sponsorship.read_model import Known
from services.sponsorship.state import AssignmentState, ModelState
from shared.areas import Commune
from shared.auth.roles import OFFICERS, Role
from shared.builders import sealed_for
from shared.calendar import DAY
from shared.routes import Where, routes_below

ASSIGNMENT_BASE = "/v1/assignments/<uuid:assignment_id>"
OWNER = sealed_for("assignment_id")
"""Texts about an assignment are sealed under a key of its own."""
HELPERS = OFFICERS | {Role.SPONSOR}
DISTRICT = frozenset({Role.DISTRICT_OFFICER})


def where(state: AssignmentState, command: Any, known: Known) -> Where | None:
    """Tell where the assignment's household lives on a day; None where that is not known."""
    household_id: UUID | None = state.household_id or getattr(command, "household_id", None)
    said = state.commune or getattr(command, "commune", None)
    if household_id is None:
        return None

    def commune_on(day: date) -> Commune | None:
        return known.commune_of(household_id, day) or said

    return commune_on if commune_on(date.max - DAY) is not None else None


def where_now(state: AssignmentState, known: Known) -> Where | None:
    """Tell the same without a command."""
    return where(state, None, known)


def where_model(state: ModelState, *_: Any) -> Where:
    """Tell where the model is."""
    return lambda _: state.commune


def own(state: AssignmentState, known: Known) -> UUID | None:
    """Give the sponsor to whose people the assignment belongs; nobody's once it is dissolved."""
    return _standing(state.sponsor_id, known)


def own_alone(state: AssignmentState, known: Known) -> tuple[UUID | None, ...]:
    """Give the same, as those whose people a command may come from."""
    return (own(state, known),)


def own_or_asked(state: AssignmentState, known: Known) -> tuple[UUID | None, ...]:
    """Give the sponsor who has it and the one who is asked to take it over: both know of it."""
    return own(state, known), _standing(state.offer[1] if state.offer else None, known)


def _standing(sponsor_id: UUID | None, known: Known) -> UUID | None:
    if sponsor_id is None or known.dissolved_on(sponsor_id) is not None:
        return None
    return sponsor_id


route = routes_below(ASSIGNMENT_BASE, ASSIGNMENT, roles=HELPERS, location=where, sponsors=own_alone)
"""Declares a command to an assignment that was made."""
