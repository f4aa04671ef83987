"""What is owed on a loan, by the books of the bank and by each fold of detection's."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from services.loans.decider import LOAN as LOANS
from services.loans.events import LoanWrittenOff
from services.reporting.domain.dossier import fold
from services.reporting.domain.holdings import Holdings
from services.reporting.domain.loan_buckets import changes_of, held_on
from shared.decider import Conflict, Malformed
from shared.event import event_type
from shared.money import vnd
from shared.policy.outstanding import balances, buckets_on, outstanding_on
from shared.recorded import Actor
from tests.support.facts import (
    HOME,
    LOAN,
    applied,
    approved,
    collected,
    day,
    disbursed,
    history,
    repaid,
    taken_back,
    uid,
)
from tests.support.stalling import frozen

DAYS = st.integers(0, 8).map(day)
MONEY = st.sampled_from([10, 20, 50])
PAYMENTS = st.sampled_from([uid("one"), uid("two"), uid("three")])
MOVES = st.one_of(
    st.builds(disbursed, DAYS, MONEY, PAYMENTS),
    st.builds(taken_back, DAYS, PAYMENTS),
    st.builds(repaid, DAYS, MONEY),
    st.builds(collected, DAYS, MONEY),
    st.builds(
        lambda on, n: LoanWrittenOff(
            loan_id=LOAN, household_id=HOME, written_off_on=on, amount=vnd(n)
        ),
        DAYS,
        MONEY,
    ),
    st.builds(frozen, DAYS, st.just(day(9))),
)


def recordable(events: Sequence[Any]) -> tuple[list[Any], Any]:
    """Give those that the bank's books would have taken, and what they then say."""
    kept, state = [], LOANS.initial
    for event in events:
        actor = Actor(sub=event_type(event).name)
        try:
            LOANS.validate(state, event, actor)
        except (Conflict, Malformed):
            continue
        state = LOANS.evolve(state, event, actor)
        kept.append(event)
    return kept, state


@settings(max_examples=1500)
@given(moves=st.lists(MOVES, max_size=12), asked=st.integers(-1, 10).map(day))
def test_every_fold_of_the_money_says_the_same_of_every_day(moves: list[Any], asked: date) -> None:
    known, state = recordable([applied(on=day(-9)), approved(day(-8)), *moves])
    ledger = state.life.ledger
    dossier = fold(HOME, history(*known))
    (loan,) = dossier.loans
    expected, sums = outstanding_on(ledger, asked), buckets_on(ledger, asked)
    assert sums.outstanding == expected
    assert loan.ledger.outstanding(asked) == expected
    assert sum(fact.event.amount for fact in loan.ledger.standing(asked)) == sums.net
    assert loan.ledger.settled() == [on for on, owed in balances(ledger) if owed == 0]
    held = Holdings()
    for fact in dossier.facts:
        if fact.on <= asked and type(fact.event).__name__ not in {"LoanApproved", "LoanFrozen"}:
            held.add(fact)
    assert held.owed == expected
    _, money = held_on(changes_of(loan), asked)
    _, unevidenced, on_purpose, off_purpose, repaid_, recalled, written_off = money
    assert unevidenced + on_purpose + off_purpose == expected
    assert (repaid_, recalled, written_off) == (sums.repaid, sums.recalled, sums.written_off)
