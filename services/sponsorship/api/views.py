"""What is shown of sponsors, assignments and models."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from services.sponsorship.api.helped import Opener, helped
from services.sponsorship.state import AssignmentState, ModelState, SponsorState
from shared.dated import value_on

_PERSON = "individual"


def stays_sealed(texts: Sequence[str | None]) -> list[str | None]:
    """Leave every text as it is stored."""
    return list(texts)


def sponsor(state: SponsorState, opener: Opener) -> dict[str, Any]:
    """Show a sponsor; a person's name is opened."""
    return {
        "sponsor_id": str(state.sponsor_id),
        "kind": state.kind,
        "name": _name(state, opener),
        "erased": state.is_erased,
        "registered_on": state.registered_on.isoformat(),
        "dissolved_on": _plain(state.dissolved_on),
    }


def names_a_person(shown: Mapping[str, Any]) -> bool:
    """Tell whether what is shown of a sponsor is personal data."""
    return shown["kind"] == _PERSON and shown["name"] is not None


def _name(state: SponsorState, opener: Opener) -> str | None:
    if state.hides_name:
        return None
    return opener([state.name])[0] if state.kind == _PERSON else state.name


def assignment(
    state: AssignmentState, facts: Sequence[Any], on: date, opener: Opener
) -> dict[str, Any]:
    """Show an assignment as it is on a day; `facts` are what its state was folded from."""
    return {
        "assignment_id": str(state.assignment_id),
        "household_id": str(state.household_id),
        "sponsor_id": str(state.sponsor_id),
        "person_in_charge": value_on(state.in_charge, on) or state.in_charge[0][1],
        "starts_on": state.starts_on.isoformat(),
        "ends_on": _plain(state.ends_on),
        "ended_on": _plain(state.ended_on),
        "visit_every_days": state.visit_every_days,
        "handover_to": str(state.offer[1]) if state.offer else None,
    } | helped(facts, opener)


def model(state: ModelState) -> dict[str, Any]:
    """Show a production model."""
    return {
        "model_id": str(state.model_id),
        "name": state.name,
        "kind": state.kind,
        "commune": state.commune,
        "budget": state.budget,
        "launched_on": state.launched_on.isoformat(),
        "closed_on": _plain(state.closed_on),
        "enrolments": [
            {
                "household_id": str(household_id),
                "enrolled_on": day.isoformat(),
                "result": state.outcomes.get(household_id),
            }
            for household_id, day in state.enrolled.items()
        ],
    }


def row(found: Mapping[str, Any], opener: Opener = stays_sealed) -> dict[str, Any]:
    """Show a row of a list as its table has it, a person's name opened."""
    shown = {name: _plain(value) for name, value in found.items() if name != "place"}
    if found.get("kind") == _PERSON:
        shown["name"] = opener([found["name"]])[0]
        shown["erased"] = found["name"] is None
    return shown


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, UUID) else value
