"""Which facts a production model's history can take in."""

from services.sponsorship import errors, events
from services.sponsorship.events import ModelEvent
from services.sponsorship.state import ModelState
from shared.fact import in_order, not_before_facts
from shared.recorded import Actor


def launched(state: ModelState, fact: ModelEvent, _: Actor) -> None:
    """Refuse what is not about a model that is there, but its launch."""
    if state.model_id is None and not isinstance(fact, events.ModelLaunched):
        raise errors.ModelNotFound


def launch(state: ModelState, _fact: events.ModelLaunched, _: Actor) -> None:
    """Launch once."""
    if state.model_id is not None:
        raise errors.ModelAlreadyLaunched


def enrol(state: ModelState, fact: events.HouseholdEnrolled, _: Actor) -> None:
    """Enrol a household once, while the model runs."""
    if fact.household_id in state.enrolled:
        raise errors.AlreadyEnrolled(household_id=fact.household_id)
    in_order("/enrolled_on", fact.enrolled_on, state.launched_on)
    if state.closed_on is not None and fact.enrolled_on >= state.closed_on:
        raise errors.ModelAlreadyClosed(closed_on=state.closed_on)


def assess(state: ModelState, fact: events.OutcomeAssessed, _: Actor) -> None:
    """Assess what came of it for a household that takes part, also after the model closed."""
    enrolled_on = state.enrolled.get(fact.household_id)
    if enrolled_on is None:
        raise errors.NotEnrolled(household_id=fact.household_id)
    in_order("/assessed_on", fact.assessed_on, enrolled_on)


def close(state: ModelState, fact: events.ModelClosed, _: Actor) -> None:
    """Close once, after all that needs the model to run."""
    if state.closed_on is not None:
        raise errors.ModelAlreadyClosed(closed_on=state.closed_on)
    latest = max((state.launched_on, *state.enrolled.values()))
    not_before_facts("/closed_on", fact.closed_on, latest)
