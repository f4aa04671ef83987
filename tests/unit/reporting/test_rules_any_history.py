"""Over random histories: an answer needs only the facts up to its day, and no evidence too much."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from services.reporting.detection.detect import Shown, cut
from services.reporting.domain.intervals import Kind
from services.reporting.rules import BY_CODE
from shared.recorded import Recorded
from tests.support.facts import (
    LOAN,
    PAID,
    applied,
    approved,
    assigned,
    by_day,
    classified,
    closed,
    collected,
    confirmed,
    day,
    disbursed,
    groups,
    history,
    inspected,
    registered,
    repaid,
    taken_back,
    target,
    target_withdrawn,
    uid,
    visited,
)
from tests.support.findings import found_in
from tests.support.reviewing import REVIEW, joined, left, met, planned, posted, reviewed, verified

M = 1_000_000
OTHER, SECOND = uid("other loan"), uid("second disbursement")
ALL_READ = {
    "LEDGER_MISMATCH",
    "OVER_CEILING",
    "EXCLUSIVE_LOANS",
    "NOT_APPROVED",
    "ROLLOVER",
    "WRONG_BENEFICIARY",
}
"""Their evidence is everything that was read."""

days = st.integers(0, 60).map(day)
money = st.sampled_from([20, 50, 60, 90]).map(lambda n: n * M)
payments = st.sampled_from([(PAID, LOAN), (SECOND, OTHER)])
loans = st.sampled_from([LOAN, OTHER])
statuses = st.sampled_from(["poor", "near_poor", "newly_escaped", "not_poor"])
CALM = settings(max_examples=50, deadline=None)

facts = st.one_of(
    st.builds(lambda on, n, of: disbursed(on, n, *of), days, money, payments),
    st.builds(lambda on, of: taken_back(on, *of), days, payments),
    st.builds(
        lambda on, wrong, got, of, said: inspected(on, wrong, None, got, of[0], of[1], stated=said),
        days,
        st.sampled_from([0, 5 * M, 20 * M]),
        money,
        payments,
        st.none() | money,
    ),
    st.builds(repaid, days, money, loans),
    st.builds(collected, days, money, loans),
    st.builds(applied, st.sampled_from(["HN", "HCN", "NSVS", "HMTN"]), days, loans),
    st.builds(approved, days, loans, until=days),
    st.builds(confirmed, days, loans),
    st.builds(registered, days),
    st.builds(closed, days),
    st.builds(joined, days),
    st.builds(left, days),
    st.builds(classified, statuses, days, days, review=st.sampled_from([None, REVIEW])),
    st.builds(reviewed, days, st.sampled_from([120, 200])),
    st.builds(verified, days, st.sampled_from([120, 200])),
    st.builds(met, days, st.sampled_from([0, 20])),
    st.builds(posted, days, days),
    st.builds(planned, days),
    st.builds(assigned, days),
    st.builds(visited, days),
    st.builds(target, days),
    st.builds(target_withdrawn, days),
    st.builds(
        lambda on, unable: groups(*unable, on=on),
        days,
        st.sampled_from([(), ("no_working_capacity",)]),
    ),
)


@st.composite
def histories(draw: st.DrawFn) -> list[Recorded]:
    seen: set[Any] = set()
    kept = []
    for event in draw(st.lists(facts, max_size=24)):
        name = type(event).__name__
        which = getattr(event, "disbursement_id", getattr(event, "loan_id", None))
        once = name in {"HouseholdRegistered", "ReviewScored", "LoanApplied", "LoanApproved"}
        once = once or name in {"LoanDisbursed", "DisbursementReversed", "SponsorAssigned"}
        if once and (name, which) in seen:
            continue
        seen.add((name, which))
        kept.append(event)
    return history(*kept)


def open_on(recorded: list[Recorded], number: int) -> dict[Any, Shown]:
    shown = (each for each in cut(found_in(recorded), day(number)) if each.is_open)
    return {(each.interval.code, each.interval.about.subject): each for each in shown}


@CALM
@given(histories(), st.integers(0, 260))
def test_facts_of_later_days_change_nothing_that_is_said_of_a_day(
    recorded: list[Recorded], number: int
) -> None:
    whole, part = open_on(recorded, number), open_on(by_day(recorded, day(number)), number)
    assert {key: each.step for key, each in whole.items()} == {
        key: each.step for key, each in part.items()
    }
    for key, each in whole.items():
        opened, anchor = each.interval.run.opened_on, each.interval.run.anchor
        assert (opened, anchor) == (part[key].interval.run.opened_on, part[key].interval.run.anchor)


@CALM
@given(histories(), st.sampled_from([30, 61, 120]))
def test_the_evidence_alone_shows_it_and_none_of_it_may_be_left_out(
    recorded: list[Recorded], number: int
) -> None:
    for key, each in open_on(recorded, number).items():
        if BY_CODE[key[0]].kind is Kind.STALLED:
            continue
        ids = set(each.step.evidence)
        alone = [one for one in recorded if one.meta.event_id in ids]
        assert open_on(alone, number)[key].step.severity == each.step.severity, key
        if key[0] in ALL_READ:
            continue
        for left_out in alone:
            rest = [one for one in alone if one is not left_out]
            assert key not in open_on(rest, number), (key, left_out.event)
