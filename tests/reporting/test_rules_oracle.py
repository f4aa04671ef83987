"""Each rule against a second, slower telling of it: day by day, on the facts up to that day."""

import itertools
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from services.reporting.detection.detect import cut
from services.reporting.domain.intervals import Interval
from shared.event import occurred_on
from shared.policy.status import Classified, status_on
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
    ended,
    groups,
    history,
    inspected,
    repaid,
    taken_back,
    taken_over,
    target,
    target_withdrawn,
    uid,
    visited,
)
from tests.support.findings import found_in, shared

M = 1_000_000
SECOND = uid("second disbursement")
OTHER = uid("other assignment")
days = st.integers(0, 130).map(day)
money = st.sampled_from([0, 10, 20, 40, 50]).map(lambda n: n * M)
payments = st.sampled_from([PAID, SECOND])
helps = st.sampled_from([uid("assignment"), OTHER])

lending = st.one_of(
    st.builds(disbursed, days, money.filter(bool), payments),
    st.builds(taken_back, days, payments),
    st.builds(inspected, days, money, paid=payments),
    st.builds(inspected, days, st.just(0), right=money, paid=payments),
    st.builds(collected, days, money.filter(bool)),
    st.builds(repaid, days, money.filter(bool)),
    st.builds(confirmed, days),
    st.builds(approved, days),
    st.builds(applied, st.sampled_from(["HN", "HMTN", "NSVS"]), st.just(day(0))),
    st.builds(
        classified,
        st.sampled_from(["poor", "near_poor", "newly_escaped", "not_poor"]),
        days,
        st.integers(-1200, 130).map(day),
    ),
)
helping = st.one_of(
    st.builds(assigned, days, st.sampled_from([1, 20, 40]), st.none() | days, helps),
    st.builds(visited, days, helps),
    st.builds(taken_over, days, helps),
    st.builds(ended, days, helps),
    st.builds(target, days, st.sampled_from([2026])),
    st.builds(target_withdrawn, days),
    st.builds(
        lambda on, unable: groups(*unable, on=on),
        days,
        st.sampled_from([(), ("x",), ("no_working_capacity",)]),
    ),
    st.builds(closed, st.integers(90, 130).map(day)),
)
Facts = list[Recorded]
CALM = settings(max_examples=60, deadline=None)


def a_loan(events: list[Any]) -> Facts:
    """A history as the loans service lets it be: one application, each payment made once."""
    seen: set[Any] = set()
    kept = []
    for event in events:
        name = type(event).__name__
        key = (name, getattr(event, "disbursement_id", None))
        once = name in {"LoanDisbursed", "LoanApplied", "SponsorAssigned", "DisbursementReversed"}
        key = (name, event.assignment_id) if name == "SponsorAssigned" else key
        if once and key in seen:
            continue
        seen.add(key)
        kept.append(event)
    return sorted(history(*kept), key=lambda each: each.order)


def of(facts: Facts, name: str, **fields: Any) -> Facts:
    return [
        each
        for each in facts
        if type(each.event).__name__ == name
        and all(getattr(each.event, field) == value for field, value in fields.items())
    ]


def dates(facts: Facts) -> list[date]:
    return [occurred_on(each.event) for each in facts]


def check_overdue(facts: Facts, on: date) -> set[Any]:
    late = set()
    for paid in of(facts, "LoanDisbursed"):
        which = paid.event.disbursement_id
        checks = of(facts, "LoanUseInspected", disbursement_id=which)
        seen = any(when >= paid.event.disbursed_on for when in dates(checks))
        back = of(facts, "DisbursementReversed", disbursement_id=which)
        if (on - paid.event.disbursed_on).days > 30 and not seen and not back:
            late.add(str(which))
    return late


def wrong_purpose(facts: Facts, _: date) -> set[Any]:
    bad = set()
    for which in (PAID, SECOND):
        checks = of(facts, "LoanUseInspected", disbursement_id=which)
        wrong = [each for each in checks if each.event.wrong_purpose_amount > 0]
        if not wrong or of(facts, "DisbursementReversed", disbursement_id=which):
            continue
        after = checks[checks.index(wrong[-1]) + 1 :]
        good = any(e.event.right_purpose_amount >= e.event.amount_received for e in after)
        since = wrong[0].event.inspected_on
        back = sum(
            e.event.amount for e in of(facts, "RecallCollected") if e.event.collected_on >= since
        )
        if not good and back < wrong[-1].event.wrong_purpose_amount:
            bad.add(str(which))
    return bad


def wrong_beneficiary(facts: Facts, _: date) -> set[Any]:
    asked = of(facts, "LoanApplied")
    back = {each.event.disbursement_id for each in of(facts, "DisbursementReversed")}
    paid = [e for e in of(facts, "LoanDisbursed") if e.event.disbursement_id not in back]
    owed = sum(e.event.amount for e in paid)
    owed -= sum(e.event.principal for e in of(facts, "RepaymentRecorded"))
    owed -= sum(e.event.amount for e in of(facts, "RecallCollected"))
    if not asked or not paid or owed <= 0 or asked[0].event.programme == "NSVS":
        return set()
    first = paid[0].event.disbursed_on
    yes = [when for when in dates(of(facts, "LoanConfirmed")) if when <= first]
    also = [when for when in dates(of(facts, "LoanApproved")) if when <= first]
    reference = (yes or also or [first])[-1]
    said = [
        Classified(e.event.effective_from, e.event.status) for e in of(facts, "HouseholdClassified")
    ]
    status = status_on(said, reference)
    right = {"HN": "poor", "HMTN": "newly_escaped"}[asked[0].event.programme]
    return set() if status in (None, right) else {str(LOAN)}


def runs_on(facts: Facts, which: Any, on: date) -> bool:
    made = of(facts, "SponsorAssigned", assignment_id=which)
    ends = dates(of(facts, "AssignmentEnded", assignment_id=which))
    ends += [e.event.ends_on for e in made if e.event.ends_on is not None]
    return bool(made) and not any(end <= on for end in ends)


def without_sponsor(facts: Facts, on: date) -> set[Any]:
    said = of(facts, "HouseholdGroupsSet")
    unable = ["no_working_capacity" in each.event.groups for each in said]
    targets = of(facts, "ExitTargetSet")
    if not targets or of(facts, "HouseholdClosed") or (unable and unable[-1]):
        return set()
    if any(facts.index(e) > facts.index(targets[-1]) for e in of(facts, "ExitTargetWithdrawn")):
        return set()
    everyone = {uid("assignment"), OTHER}
    if any(runs_on(facts, which, on) for which in everyone):
        return set()
    starts = [targets[-1].event.set_on]
    for which in everyone:
        ends = dates(of(facts, "AssignmentEnded", assignment_id=which))
        made = of(facts, "SponsorAssigned", assignment_id=which)
        ends += [e.event.ends_on for e in made if e.event.ends_on is not None]
        if ends and min(ends) <= on:
            starts.append(min(ends))
    freed = [b for a, b in itertools.pairwise(said) if _unable(a) and not _unable(b)]
    starts += dates(freed)
    return {"2026"} if (on - max(starts)).days > 30 else set()


def _unable(each: Recorded) -> bool:
    return "no_working_capacity" in each.event.groups


def sponsor_absent(facts: Facts, on: date) -> set[Any]:
    late = set()
    for which in (uid("assignment"), OTHER):
        if of(facts, "HouseholdClosed") or not runs_on(facts, which, on):
            continue
        kinds = ("SponsorAssigned", "VisitRecorded", "HandoverAccepted")
        last = max(when for kind in kinds for when in dates(of(facts, kind, assignment_id=which)))
        every = of(facts, "SponsorAssigned", assignment_id=which)[0].event.visit_every_days
        if (on - last).days > every:
            late.add(str(which))
    return late


ORACLES: dict[str, Callable[[Facts, date], set[Any]]] = {
    "USE_CHECK_OVERDUE": check_overdue,
    "WRONG_PURPOSE": wrong_purpose,
    "WRONG_BENEFICIARY": wrong_beneficiary,
    "TARGET_WITHOUT_SPONSOR": without_sponsor,
    "SPONSOR_ABSENT": sponsor_absent,
}


def open_on(intervals: list[Interval], code: str, on: date) -> set[Any]:
    return {
        each.interval.about.subject.ids[-1]
        for each in cut(intervals, on)
        if each.is_open and each.interval.code == code
    }


def agrees(facts: Facts) -> None:
    intervals = found_in(facts)
    for number in range(240):
        on = day(number)
        known = by_day(facts, on)
        for code, oracle in ORACLES.items():
            assert open_on(intervals, code, on) == oracle(known, on), (code, on)


@CALM
@given(st.lists(lending, max_size=12))
def test_rules_on_loans_say_what_a_day_by_day_reading_says(events: list[Any]) -> None:
    agrees(a_loan(events))


@CALM
@given(st.lists(helping, max_size=10))
def test_rules_on_help_say_what_a_day_by_day_reading_says(events: list[Any]) -> None:
    agrees(a_loan(events))


@CALM
@given(st.lists(st.one_of(lending, helping), max_size=14), st.integers(0, 130))
def test_cutting_the_facts_at_a_day_changes_no_answer_up_to_it(
    events: list[Any], number: int
) -> None:
    facts = a_loan(events)
    last = day(number)
    whole, part = found_in(facts), found_in(by_day(facts, last))
    for back in (0, 1, 7, 31, 60):
        on = last - timedelta(days=back)
        assert looks(whole, on) == looks(part, on)


def looks(intervals: list[Interval], on: date) -> list[Any]:
    return sorted(
        (
            each.interval.finding_id,
            each.interval.run.opened_on,
            each.is_open,
            each.step.severity,
            each.step.evidence,
        )
        for each in cut(intervals, on)
    )


@st.composite
def paid_out(draw: st.DrawFn) -> Facts:
    events: list[Any] = []
    for number in range(draw(st.integers(1, 9))):
        home = uid(f"home {draw(st.integers(1, 5))}")
        on, which = draw(days), uid(f"payment {number}")
        loan = uid(f"loan of {home}")
        events.append(disbursed(on, paid=which, loan=loan, home=home, account="h1:aa"))
        if draw(st.booleans()) and draw(st.booleans()):
            later = on + timedelta(days=draw(st.integers(0, 60)))
            events.append(taken_back(later, paid=which, loan=loan, home=home))
    return history(*events)


@CALM
@given(paid_out())
def test_a_shared_payee_is_what_comparing_every_pair_finds(facts: Facts) -> None:
    intervals = shared("payee", "h1:aa", facts)
    for number in range(200):
        on = day(number)
        known = by_day(facts, on)
        back = {e.event.disbursement_id for e in of(known, "DisbursementReversed")}
        paid = [e for e in of(known, "LoanDisbursed") if e.event.disbursement_id not in back]
        homes = {
            one.meta.key
            for one in paid
            for two in paid
            if one.meta.key != two.meta.key
            and abs((one.event.disbursed_on - two.event.disbursed_on).days) <= 90
        }
        shown = [each for each in cut(intervals, on) if each.is_open]
        assert [set(each.step.households) for each in shown] == ([homes] if homes else [])
        if homes:
            assert (shown[0].step.severity.word == "critical") is (len(homes) >= 4)
            judged_alone(facts, shown[0].step.evidence, on, len(homes) >= 4)


def judged_alone(facts: Facts, evidence: tuple[Any, ...], on: date, critical: bool) -> None:
    def severity(ids: tuple[Any, ...]) -> int:
        alone = [each for each in facts if each.meta.event_id in ids]
        shown = [each for each in cut(shared("payee", "h1:aa", alone), on) if each.is_open]
        return int(shown[0].step.severity) if shown else 0

    asked = 4 if critical else 3
    assert severity(evidence) == asked
    for left_out in evidence:
        assert severity(tuple(each for each in evidence if each != left_out)) < asked
