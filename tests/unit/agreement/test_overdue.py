"""Loans and reporting mean the same by "overdue", and both what the rule says."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.loans.decider import LOAN as LOANS
from services.loans.events import (
    LoanBecameCurrent,
    LoanBecameOverdue,
    LoanDisbursed,
    LoanExtended,
    LoanFrozen,
    RepaymentRecorded,
)
from services.reporting.domain.debts import overdue_on
from services.reporting.domain.dossier import fold
from shared.event import occurred_on
from shared.policy.standing import standing_on
from tests.support.facts import (
    LOAN,
    applied,
    approved,
    day,
    disbursed,
    history,
    repaid,
    taken_back,
    uid,
)
from tests.support.stalling import current, extended, frozen, overdue

LENT = 50
MOVES = (LoanDisbursed, RepaymentRecorded)
DAYS = st.integers(0, 3).map(day)
CHANGES = st.one_of(
    DAYS.map(overdue),
    DAYS.map(current),
    DAYS.map(extended),
    st.builds(frozen, DAYS, st.just(day(6))),
    st.builds(repaid, DAYS, st.sampled_from([10, 25, LENT])),
    st.builds(disbursed, DAYS, st.just(LENT), st.uuids()),
)


def owed(events: Sequence[Any], until: date) -> int:
    total = 0
    for event in events:
        if occurred_on(event) <= until:
            match event:
                case LoanDisbursed():
                    total += event.amount
                case RepaymentRecorded():
                    total -= event.principal
    return total


def is_overdue(events: Sequence[Any], asked: date) -> bool:
    """Say it as the rule does, event by event, for the latest day; slow and obvious."""
    ordered = sorted(events, key=occurred_on)  # recorded one after another: a day's stay in order
    if owed(events, asked) <= 0:
        return False
    for number, event in enumerate(ordered):
        if not isinstance(event, LoanBecameOverdue) or event.since > asked:
            continue
        later = [each for each in ordered[number + 1 :] if occurred_on(each) <= asked]
        since = [each for each in ordered if event.since <= occurred_on(each) <= asked]
        if any(isinstance(each, LoanBecameCurrent) for each in later):
            continue
        if any(isinstance(each, (LoanExtended, LoanFrozen)) for each in since):
            continue
        moved = {occurred_on(each) for each in since if isinstance(each, MOVES)}
        if any(owed(events, each) == 0 for each in moved):
            continue
        return True
    return False


def of_loans(events: Sequence[Any], asked: date) -> bool:
    state = LOANS.fold(history(*events))
    return bool(standing_on(state.life, asked) == "overdue")


def of_reporting(events: Sequence[Any], asked: date) -> bool:
    (loan,) = fold(uid("household"), history(*events)).loans
    return overdue_on(loan, asked) is not None


def frozen_by(events: Sequence[Any], asked: date) -> bool:
    return any(isinstance(each, LoanFrozen) and each.since <= asked for each in events)


@settings(max_examples=1500)
@given(changes=st.lists(CHANGES, max_size=7), asked=DAYS)
def test_a_loan_is_overdue_to_the_bank_and_to_detection_as_the_rule_says(
    changes: list[Any], asked: date
) -> None:
    events = [applied(on=day(-9)), approved(on=day(-8)), disbursed(day(-7), LENT), *changes]
    expected = is_overdue(events, asked)
    assert of_reporting(events, asked) is expected
    if not frozen_by(events, asked):  # how a loan stands says `frozen` first
        assert of_loans(events, asked) is expected


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ([overdue(day(0)), current(day(3)), overdue(day(3))], True),
        ([overdue(day(0)), overdue(day(3)), current(day(3))], False),
        ([overdue(day(0)), repaid(day(1), LENT), disbursed(day(2), LENT, uid("more"))], False),
        ([overdue(day(3)), extended(day(2))], True),
        ([extended(day(3)), overdue(day(3))], False),
    ],
    ids=["again that day", "ended that day", "nothing owed between", "eased before", "eased then"],
)
def test_overdue_ends_by_what_comes_on_or_after_it(changes: list[Any], expected: bool) -> None:
    events = [applied(on=day(-9)), approved(on=day(-8)), disbursed(day(-7), LENT), *changes]
    assert is_overdue(events, day(4)) is expected
    assert of_loans(events, day(4)) is expected
    assert of_reporting(events, day(4)) is expected
    assert {each.loan_id for each in changes} == {LOAN}


def test_a_loan_paid_out_and_reversed_on_one_day_owed_nothing_that_day() -> None:
    first = [applied(on=day(-9)), approved(on=day(-8)), disbursed(day(0), LENT), overdue(day(0))]
    events = [*first, taken_back(day(0)), disbursed(day(1), LENT, uid("again"))]
    assert not of_loans(events, day(2))
    assert not of_reporting(events, day(2))
