"""Whoever corrected what somebody asked for is one of those who asked."""

import pytest

from services.loans.decider import LOAN
from services.loans.errors import FourEyesBroken
from services.loans.events import REGISTRY
from shared.corrections import EventCorrected
from shared.ids import named
from shared.recorded import Actor, Recorded
from shared.states import Folding
from shared.store.memory import MemoryStore
from shared.store.port import NewEvent, Provenance
from tests.support.any_order import RECORDED, history_of
from tests.support.lending import (
    CONTROLLER,
    HOUSEHOLD,
    LOAN_ID,
    TELLER,
    application,
    approve,
    confirm,
    on,
)

STREAM = f"loan-{LOAN_ID}"


def corrected_by(actor: Actor, place: int, *, annul: bool = False) -> list[Recorded]:
    """Record an application and a confirmation, and a correction of one of them."""
    steps, _ = history_of(LOAN, REGISTRY, LOAN_ID, (application(), confirm()), lambda _: TELLER)
    store = MemoryStore(REGISTRY)
    fields = {"amount": 1_000_000} if place == 0 else {"confirmed_by": "somebody else"}
    correction = EventCorrected(
        key=HOUSEHOLD,
        event_id=steps[place].meta.event_id,
        reason="s1:x",
        annul=annul,
        fields=None if annul else fields,
        occurred_on=on(2),
    )
    with store.transaction() as transaction:
        for number, step in enumerate(steps):
            new = [NewEvent(step.meta.event_id, step.event)]
            transaction.append(STREAM, number, new, Provenance(actor=TELLER, recorded_at=RECORDED))
        by = Provenance(actor=actor, recorded_at=RECORDED)
        transaction.append(STREAM, len(steps), [NewEvent(named("correction"), correction)], by)
    return store.read_stream(STREAM)


@pytest.mark.parametrize("place", [0, 1], ids=["application", "confirmation"])
def test_who_corrected_what_was_asked_does_not_approve_it(place: int) -> None:
    history = corrected_by(CONTROLLER, place)
    state = Folding().state(LOAN, STREAM, history)
    with pytest.raises(FourEyesBroken):
        LOAN.decide(state, approve(days=3), CONTROLLER)
    other = Actor(sub="another controller")
    assert LOAN.decide(state, approve(days=3, approved_by=other.sub), other)


def test_who_annulled_a_confirmation_may_approve() -> None:
    state = Folding().state(LOAN, STREAM, corrected_by(CONTROLLER, 1, annul=True))
    assert LOAN.decide(state, approve(days=3), CONTROLLER)
