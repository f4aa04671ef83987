"""Which facts a production model's history can take in."""

from datetime import date

from services.sponsorship import errors, events
from services.sponsorship.events import ModelEvent
from services.sponsorship.state import ModelState
from shared.fact import in_order, not_before_facts
from shared.recorded import Actor


def admit_model(state: ModelState, fact: ModelEvent, _: Actor) -> None:
    """Refuse a fact that cannot be added to this history."""
    if isinstance(fact, events.ModelLaunched):
        if state.model_id is not None:
            raise errors.ModelAlreadyLaunched
        return
    if state.model_id is None:
        raise errors.ModelNotFound
    match fact:
        case events.HouseholdEnrolled(household_id=household_id, enrolled_on=day):
            if household_id in state.enrolled:
                raise errors.AlreadyEnrolled(household_id=household_id)
            in_order("/enrolled_on", day, state.launched_on)
            _running(state, day)
        case events.OutcomeAssessed(household_id=household_id, assessed_on=day):
            enrolled_on = state.enrolled.get(household_id)
            if enrolled_on is None:
                raise errors.NotEnrolled(household_id=household_id)
            in_order("/assessed_on", day, enrolled_on)
        case events.ModelClosed(closed_on=day):
            if state.closed_on is not None:
                raise errors.ModelAlreadyClosed(closed_on=state.closed_on)
            not_before_facts("/closed_on", day, max((state.launched_on, *state.enrolled.values())))


def _running(state: ModelState, day: date) -> None:
    if state.closed_on is not None and day >= state.closed_on:
        raise errors.ModelAlreadyClosed(closed_on=state.closed_on)
