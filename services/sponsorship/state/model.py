"""What deciding about a production model must remember."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import assert_never
from uuid import UUID

from services.sponsorship.events import (
    HouseholdEnrolled,
    ModelClosed,
    ModelEvent,
    ModelLaunched,
    OutcomeAssessed,
)
from shared.areas import Commune
from shared.recorded import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelState:
    """One model as deciding sees it."""

    model_id: UUID | None = None
    name: str = ""
    kind: str = ""
    commune: Commune | None = None
    budget: int = 0
    launched_on: date = date.min
    closed_on: date | None = None
    enrolled: Mapping[UUID, date] = field(default_factory=dict)
    outcomes: Mapping[UUID, str] = field(default_factory=dict)


def evolve_model(state: ModelState, event: ModelEvent, _: Actor) -> ModelState:
    """Apply one fact about a model."""
    match event:
        case ModelLaunched():
            return replace(
                state,
                model_id=event.model_id,
                name=event.name,
                kind=event.kind,
                commune=event.commune,
                budget=event.budget,
                launched_on=event.launched_on,
            )
        case HouseholdEnrolled(household_id=household_id, enrolled_on=day):
            return replace(state, enrolled={**state.enrolled, household_id: day})
        case OutcomeAssessed(household_id=household_id, result=result):
            return replace(state, outcomes={**state.outcomes, household_id: result})
        case ModelClosed(closed_on=day):
            return replace(state, closed_on=day)
        case _:
            assert_never(event)
