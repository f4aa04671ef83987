"""What the counter says a disbursement would open is what detection then finds of the household.

Only what households share (SHARED_PAYEE) is told apart, in tests of its own.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.households.decider import HOUSEHOLD as HOUSEHOLDS
from services.loans.commands import DisburseLoan
from services.loans.decider import LOAN as LOANS
from services.loans.decider import would_open
from services.loans.events import LoanApplied, LoanDisbursed
from services.loans.policies import DisbursementContext, OtherLoan, known_household
from services.loans.state import LoanState
from services.reporting.domain.intervals import Interval
from shared.decider import Conflict, Decider, Malformed
from shared.event import event_type
from shared.fact import fact_of
from shared.policy.eligibility import PRECHECKED
from shared.recorded import Actor
from tests.support.facts import (
    LOAN,
    PERSON,
    applied,
    approved,
    classified,
    closed,
    collected,
    confirmed,
    day,
    disbursed,
    history,
    registered,
    repaid,
    taken_back,
    uid,
)
from tests.support.findings import found_in
from tests.support.reviewing import joined, left

M = 1_000_000
OTHER, THIRD, NEW = uid("other loan"), uid("third loan"), uid("new disbursement")
SPOUSE = uid("spouse")

DAYS = st.integers(0, 14).map(day)
LOANS_OF_HOME = st.sampled_from([LOAN, OTHER, THIRD])
MONEY = st.sampled_from([10, 40, 50, 90, 100]).map(lambda n: n * M)
WHO = st.sampled_from([PERSON, SPOUSE])
PAYMENTS = st.sampled_from([(uid(f"{n} {loan}"), loan) for n in (1, 2) for loan in (LOAN, OTHER)])
REGISTERED = st.one_of(DAYS, st.just(day(-400))).map(registered)
OF_HOUSEHOLD = st.one_of(
    st.builds(joined, DAYS, WHO),
    st.builds(left, DAYS, WHO),
    st.builds(closed, DAYS),
    st.builds(
        classified,
        st.sampled_from(["poor", "near_poor", "newly_escaped", "not_poor"]),
        DAYS,
        DAYS,
    ),
)
OF_LOANS = st.one_of(
    st.builds(confirmed, DAYS, LOANS_OF_HOME),
    st.builds(approved, DAYS, LOANS_OF_HOME, amount=MONEY, until=DAYS),
    st.builds(lambda on, n, of: disbursed(on, n, *of), DAYS, MONEY, PAYMENTS),
    st.builds(lambda on, of: taken_back(on, *of), DAYS, PAYMENTS),
    st.builds(repaid, DAYS, MONEY, LOANS_OF_HOME),
    st.builds(collected, DAYS, MONEY, LOANS_OF_HOME),
)
ASKED = st.builds(
    applied,
    st.sampled_from(["HN", "HCN", "NSVS", "HSSV"]),
    st.integers(-3, -1).map(day),
    LOANS_OF_HOME,
    member=WHO,
)


def asked_for(programme: str) -> LoanApplied:
    return applied(programme, day(-1))


def recordable(events: Sequence[Any]) -> tuple[list[Any], dict[Any, LoanState]]:
    """Give those that their service would have recorded, and how the loans stand then."""
    kept: list[Any] = []
    states: dict[Any, Any] = {}
    for event in events:
        loan = getattr(event, "loan_id", None)
        decider: Decider[Any, Any] = HOUSEHOLDS if loan is None else LOANS
        state = states.get(loan, decider.initial)
        actor = Actor(sub=event_type(event).name)  # nobody decides on what they asked for
        try:
            decider.validate(state, event, actor)
        except (Conflict, Malformed):
            continue
        states[loan] = decider.evolve(state, event, actor)
        kept.append(event)
    states.pop(None, None)
    return kept, states


def opened(found: Sequence[Interval], before: Sequence[Interval]) -> set[str]:
    """Name what is open from a day on which it was not before; what only lasts longer is not."""
    return {
        each.code
        for each in found
        if each.code in PRECHECKED
        and not any(
            (was.code, was.about.subject) == (each.code, each.about.subject)
            and was.is_open(each.run.opened_on)
            for was in before
        )
    }


def told(states: dict[Any, LoanState], known: Sequence[Any], payment: LoanDisbursed) -> set[str]:
    household = [event for event in known if not hasattr(event, "loan_id")]
    context = DisbursementContext(
        household=known_household(history(*household)),
        others=tuple(
            OtherLoan(
                loan_id=loan,
                programme=state.applied.programme,
                member_id=state.applied.borrower_member_id,
                ledger=state.life.ledger,
            )
            for loan, state in states.items()
            if loan != payment.loan_id and state.applied is not None
        ),
    )
    command = fact_of(DisburseLoan, payment, acknowledged=PRECHECKED, context=context)
    return {found.code for found in would_open(states[payment.loan_id], command)}


@settings(max_examples=1500)
@given(
    first=REGISTERED,
    household=st.lists(OF_HOUSEHOLD, max_size=4),
    asked=st.lists(ASKED, min_size=1, max_size=4),
    loans=st.lists(OF_LOANS, max_size=8),
    payment=st.builds(
        lambda on, n, kind: disbursed(on, n, NEW, LOAN, payee=kind),
        DAYS,
        MONEY,
        st.sampled_from(["borrower", "member", "third_party"]),
    ),
)
def test_the_counter_says_what_detection_will_find(
    first: Any, household: list[Any], asked: list[Any], loans: list[Any], payment: LoanDisbursed
) -> None:
    known, states = recordable([first, *household, *asked, *loans])
    if LOAN not in states:
        return
    try:
        LOANS.validate(states[LOAN], payment, Actor(sub="teller"))
    except (Conflict, Malformed):
        return
    agree(known, states, payment)


def agree(known: list[Any], states: dict[Any, LoanState], payment: LoanDisbursed) -> set[str]:
    """Compare what is told with what is found; give what is found that was not before."""
    before = found_in(history(*known))
    after = found_in(history(*known, payment))
    new, said = opened(after, before), told(states, known, payment)
    assert new - said == set(), "not told"
    assert said - {each.code for each in after} == set(), "told in vain"
    return new


@pytest.mark.parametrize(
    ("events", "on", "expected"),
    [
        (
            [classified("poor", day(0), day(1)), asked_for("HCN"), disbursed(day(0), 10 * M)],
            day(1),
            set(),
        ),
        (
            [
                classified("near_poor", day(0)),
                classified("poor", day(1), day(0)),
                asked_for("HN"),
            ],
            day(0),
            {"WRONG_BENEFICIARY"},
        ),
        ([left(day(0)), joined(day(0)), asked_for("HN")], day(0), set()),
    ],
    ids=["first money decides", "known by then", "gone and back in a day"],
)
def test_they_agree_where_they_once_did_not(
    events: list[Any], on: date, expected: set[str]
) -> None:
    known, states = recordable([registered(day(-400)), *events])
    assert len(known) == len(events) + 1
    new = agree(known, states, disbursed(on, 10 * M, NEW))
    assert new - {"NOT_APPROVED"} == expected
