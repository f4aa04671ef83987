"""The rules on stalled cases against a slower telling of each: day by day, facts up to the day."""

from collections.abc import Callable
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

from services.reporting.detection.detect import cut
from services.reporting.domain.intervals import Interval
from shared.calendar import is_working_day
from shared.event import occurred_on
from shared.policy.status import Classified, status_on
from shared.recorded import Recorded
from tests.support.facts import (
    HELP,
    HOME,
    LOAN,
    PAID,
    applied,
    approved,
    assigned,
    by_day,
    closed,
    confirmed,
    day,
    disbursed,
    ended,
    groups,
    history,
    repaid,
    taken_back,
    taken_over,
    target,
    target_withdrawn,
    uid,
)
from tests.support.findings import found_in
from tests.support.stalling import (
    DIFFICULTY,
    ITEM,
    PLEDGE,
    RECALL,
    REVIEW,
    SUPPORT,
    agreed,
    assessed,
    came_back,
    complained,
    completed,
    contacted,
    current,
    decided,
    delivered,
    dropped,
    enrolled,
    entitled,
    extended,
    frozen,
    fulfilled,
    offered,
    overdue,
    pledge_withdrawn,
    pledged,
    raised,
    recalled,
    refused,
    rejected,
    resolved,
    reverified,
    scored,
    support_withdrawn,
    withdrawn,
    written_off,
)

M = 1_000_000
SECOND, OTHER = uid("second disbursement"), uid("other item")
days = st.integers(0, 120).map(day)
autumn = st.integers(150, 330).map(day)
moments = st.one_of(days, autumn)
items = st.sampled_from([ITEM, OTHER])
reviews = st.sampled_from([REVIEW, uid("other review")])
money = st.sampled_from([M, 4 * M, 10 * M])
Facts = list[Recorded]
CALM = settings(max_examples=25, deadline=None)

of_households = st.one_of(
    st.builds(scored, days, reviews),
    st.builds(
        decided,
        moments,
        st.none() | reviews,
        st.sampled_from(["poor", "near_poor", "newly_escaped", "not_poor"]),
    ),
    st.builds(complained, days, st.just(uid("complaint")), reviews),
    st.builds(reverified, days, reviews),
    st.builds(target, days, st.just(2026)),
    st.builds(target_withdrawn, moments),
    st.builds(agreed, days, days, items),
    st.builds(completed, days, items),
    st.builds(dropped, days, items),
    st.builds(entitled, days, days),
    st.builds(delivered, days),
    st.builds(support_withdrawn, days),
    st.builds(enrolled, days),
    st.builds(assessed, moments),
    st.builds(lambda on: groups("no_working_capacity", on=on), days),
    st.builds(lambda on: groups(on=on), days),
    st.builds(closed, autumn),
)
of_help = st.one_of(
    st.builds(assigned, days, st.just(90), st.none() | autumn),
    st.builds(pledged, days, money, days),
    st.builds(fulfilled, days, money),
    st.builds(pledge_withdrawn, days),
    st.builds(raised, days),
    st.builds(resolved, days),
    st.builds(offered, days),
    st.builds(refused, days),
    st.builds(taken_over, days),
    st.builds(ended, days),
    st.builds(closed, autumn),
)
of_loans = st.one_of(
    st.builds(lambda on: applied("HN", on=on), days),
    st.builds(confirmed, days),
    st.builds(approved, days),
    st.builds(rejected, days),
    st.builds(withdrawn, days),
    st.builds(disbursed, days, money, st.sampled_from([PAID, SECOND])),
    st.builds(taken_back, days, st.sampled_from([PAID, SECOND])),
    st.builds(repaid, days, st.sampled_from([0, M, 4 * M])),
    st.builds(overdue, days),
    st.builds(current, days),
    st.builds(contacted, days),
    st.builds(extended, days),
    st.builds(lambda on, length: frozen(on, on + timedelta(days=length)), days, st.integers(0, 60)),
    st.builds(written_off, days, money),
    st.builds(lambda on, amount: recalled(on, on, amount), days, money),
    st.builds(came_back, days, money),
)
ONCE = {
    *("ReviewScored", "ComplaintFiled", "PlanItemAgreed", "SupportEntitled", "HouseholdEnrolled"),
    *("SponsorAssigned", "SupportPledged", "DifficultyRaised", "LoanApplied", "LoanConfirmed"),
    *("LoanApproved", "LoanDisbursed", "DisbursementReversed", "RecallOrdered"),
}
PARTS = ("review_id", "item_id", "disbursement_id")


def a_history(events: list[Any]) -> Facts:
    """What the services would have recorded: each thing once."""
    seen: set[Any] = set()
    kept = []
    for event in events:
        name = type(event).__name__
        parts = [getattr(event, part, None) for part in PARTS if name != "ComplaintFiled"]
        key = (name, *parts)
        if name in ONCE and key in seen:
            continue
        seen.add(key)
        kept.append(event)
    return sorted(history(*kept), key=lambda each: each.order)


def of(facts: Facts, *names: str, **fields: Any) -> list[Any]:
    return [
        each.event
        for each in facts
        if type(each.event).__name__ in names
        and all(getattr(each.event, field) == value for field, value in fields.items())
    ]


def dates(facts: Facts, *names: str, **fields: Any) -> list[date]:
    return [occurred_on(event) for event in of(facts, *names, **fields)]


def past(since: date, limit: int, on: date) -> bool:
    return (on - since).days > limit


def worked(since: date, on: date) -> int:
    return sum(is_working_day(since + timedelta(days=n + 1)) for n in range((on - since).days))


def is_closed(facts: Facts) -> bool:
    return bool(of(facts, "HouseholdClosed"))


def status(facts: Facts, on: date) -> str | None:
    said = of(facts, "HouseholdClassified")
    return status_on([Classified(each.effective_from, each.status) for each in said], on)


def review_missing(facts: Facts, on: date) -> set[str]:
    if is_closed(facts) or on <= date(2026, 12, 14):
        return set()
    decided_on = dates(facts, "HouseholdClassified")
    poor = status(facts, date(2026, 12, 14)) in ("poor", "near_poor")
    late = any(date(2026, 9, 1) <= when for when in decided_on)
    return {"2026"} if poor and not late else set()


def review_stuck(facts: Facts, on: date) -> set[str]:
    found: set[str] = set()
    scorings = of(facts, "ReviewScored")
    for number, each in enumerate(scorings):
        later = {other.review_id for other in scorings[number:]}
        answered = any(c.review_id in later for c in of(facts, "HouseholdClassified"))
        if past(each.scored_on, 30, on) and not answered and not is_closed(facts):
            found.add(str(each.review_id))
    return found


def complaint_waiting(facts: Facts, on: date) -> set[str]:
    return {
        str(each.complaint_id)
        for each in of(facts, "ComplaintFiled")
        if worked(each.filed_on, on) > 3
        and not is_closed(facts)
        and not any(
            when >= each.filed_on
            for when in dates(facts, "ResultReverified", review_id=each.review_id)
        )
    }


def unable(facts: Facts) -> bool:
    said = of(facts, "HouseholdGroupsSet")
    return bool(said) and "no_working_capacity" in said[-1].groups


def standing(facts: Facts) -> Any:
    said = of(facts, "ExitTargetSet", "ExitTargetWithdrawn")
    return said[-1] if said and type(said[-1]).__name__ == "ExitTargetSet" else None


def target_without_plan(facts: Facts, on: date) -> set[str]:
    aim = standing(facts)
    if aim is None or on.year > 2026 or is_closed(facts) or unable(facts):
        return set()
    starts = [aim.set_on]
    for item in of(facts, "PlanItemAgreed"):
        gone = dates(facts, "PlanItemWithdrawn", item_id=item.item_id)
        over = gone + dates(facts, "PlanItemCompleted", item_id=item.item_id)
        if item.agreed_on < aim.set_on and any(when <= aim.set_on for when in over):
            continue
        if not gone:
            return set()
        starts.append(min(gone))
    said = of(facts, "HouseholdGroupsSet")
    starts += [b.occurred_on for a, b in pairwise(said) if a.groups > b.groups]
    return {"2026"} if past(max(starts), 30, on) else set()


def target_missed(facts: Facts, on: date) -> set[str]:
    new_year = date(2027, 1, 1)
    if on < new_year or standing(facts) is None or is_closed(facts) or unable(facts):
        return set()
    since = [new_year + timedelta(days=n) for n in range((on - new_year).days + 1)]
    had = {status(facts, when) for when in since}
    now = status(facts, on)
    reached = had & {"newly_escaped", "not_poor"}
    return {"2026"} if now in ("poor", "near_poor") and not reached else set()


def plan_item_overdue(facts: Facts, on: date) -> set[str]:
    return {
        str(each.item_id)
        for each in of(facts, "PlanItemAgreed")
        if on > each.due_on
        and not is_closed(facts)
        and not of(facts, "PlanItemCompleted", "PlanItemWithdrawn", item_id=each.item_id)
    }


def support_overdue(facts: Facts, on: date) -> set[str]:
    if is_closed(facts) or of(facts, "SupportDelivered", "SupportWithdrawn"):
        return set()
    return {str(SUPPORT) for each in of(facts, "SupportEntitled") if on > each.due_on}


def model_unassessed(facts: Facts, on: date) -> set[str]:
    return {
        str(HOME)
        for each in of(facts, "HouseholdEnrolled")
        if past(each.enrolled_on, 365, on)
        and not is_closed(facts)
        and not any(when >= each.enrolled_on for when in dates(facts, "OutcomeAssessed"))
    }


def pledge_overdue(facts: Facts, on: date) -> set[str]:
    came = sum(each.value for each in of(facts, "PledgeFulfilled"))
    if is_closed(facts) or of(facts, "PledgeWithdrawn"):
        return set()
    return {
        str(PLEDGE)
        for each in of(facts, "SupportPledged")
        if on > each.due_on and came * 10 < 8 * each.value
    }


def difficulty_unanswered(facts: Facts, on: date) -> set[str]:
    if is_closed(facts) or of(facts, "DifficultyResolved"):
        return set()
    return {str(DIFFICULTY) for when in dates(facts, "DifficultyRaised") if past(when, 15, on)}


def handover_waiting(facts: Facts, on: date) -> set[str]:
    talk = of(facts, "HandoverOffered", "HandoverAccepted", "HandoverRefused")
    answers = [n for n, each in enumerate(talk) if type(each).__name__ != "HandoverOffered"]
    open_ = talk[answers[-1] + 1 :] if answers else talk
    planned = [each.ends_on for each in of(facts, "SponsorAssigned") if each.ends_on]
    over = [*planned, *dates(facts, "AssignmentEnded")]
    if not open_ or is_closed(facts) or any(when <= on for when in over):
        return set()
    return {str(HELP)} if past(open_[0].offered_on, 15, on) else set()


def confirmation_overdue(facts: Facts, on: date) -> set[str]:
    if of(facts, "LoanConfirmed", "LoanApproved", "LoanRejected", "LoanWithdrawn"):
        return set()
    return {str(LOAN) for when in dates(facts, "LoanApplied") if worked(when, on) > 5}


def decision_overdue(facts: Facts, on: date) -> set[str]:
    if of(facts, "LoanApproved", "LoanRejected", "LoanWithdrawn"):
        return set()
    return {str(LOAN) for when in dates(facts, "LoanConfirmed") if worked(when, on) > 3}


def kept(facts: Facts) -> list[Any]:
    back = {each.disbursement_id for each in of(facts, "DisbursementReversed")}
    return [each for each in of(facts, "LoanDisbursed") if each.disbursement_id not in back]


MONEY = ("LoanDisbursed", "RepaymentRecorded", "RecallCollected", "LoanWrittenOff")


def owed(facts: Facts) -> int:
    lent = sum(int(each.amount) for each in kept(facts))
    paid = sum(int(each.principal) for each in of(facts, "RepaymentRecorded"))
    gone = of(facts, "RecallCollected", "LoanWrittenOff")
    return lent - paid - sum(int(each.amount) for each in gone)


def is_paid_off(facts: Facts) -> bool:
    return bool(of(facts, *MONEY)) and owed(facts) == 0


def disbursement_overdue(facts: Facts, on: date) -> set[str]:
    if kept(facts) or of(facts, "LoanWithdrawn"):
        return set()
    return {
        str(LOAN)
        for each in of(facts, "LoanApproved")
        if past(each.approved_on, 30, on) and on <= each.valid_until
    }


def loan_inactive(facts: Facts, on: date) -> set[str]:
    rests = of(facts, "LoanFrozen")
    if owed(facts) <= 0 or any(on <= each.until for each in rests):
        return set()
    moved = [each.disbursed_on for each in kept(facts)]
    moved += dates(facts, "RepaymentRecorded", "RecallCollected")
    moved += [each.until for each in rests]
    return {str(LOAN)} if past(max(moved), 90, on) else set()


def overdue_unworked(facts: Facts, on: date) -> set[str]:
    said = of(facts, "LoanBecameOverdue", "LoanBecameCurrent")
    if not said or type(said[-1]).__name__ == "LoanBecameCurrent" or owed(facts) <= 0:
        return set()
    since = said[-1].since
    if any(since <= when for when in dates(facts, "LoanExtended", "LoanFrozen")):
        return set()
    moved = dates(facts, *MONEY, "DisbursementReversed")
    if any(since <= when and is_paid_off(by_day(facts, when)) for when in moved):
        return set()  # at the end of that day nothing was owed, though later there was again
    work = dates(facts, "BorrowerContacted", "RepaymentRecorded", "RecallCollected")
    last = max([since, *work])
    recalls = any(last <= when for when in dates(facts, "RecallOrdered"))
    return {str(LOAN)} if past(last, 30, on) and not recalls else set()


def freeze_ending(facts: Facts, on: date) -> set[str]:
    rests = of(facts, "LoanFrozen")
    if not rests or owed(facts) <= 0 or on < rests[-1].until - timedelta(days=180):
        return set()
    eased = dates(facts, "LoanExtended", "LoanWrittenOff")
    return set() if any(rests[-1].since <= when for when in eased) else {str(LOAN)}


def recall_unpaid(facts: Facts, on: date) -> set[str]:
    came = sum(each.amount for each in of(facts, "RecallCollected"))
    return {
        str(RECALL)
        for each in of(facts, "RecallOrdered")
        if on > each.due_on and came < each.amount and owed(facts) > 0
    }


Oracle = Callable[[Facts, date], set[str]]
HOUSEHOLDS: dict[str, Oracle] = {
    "REVIEW_MISSING": review_missing,
    "REVIEW_STUCK": review_stuck,
    "COMPLAINT_WAITING": complaint_waiting,
    "TARGET_WITHOUT_PLAN": target_without_plan,
    "TARGET_MISSED": target_missed,
    "PLAN_ITEM_OVERDUE": plan_item_overdue,
    "SUPPORT_OVERDUE": support_overdue,
    "MODEL_UNASSESSED": model_unassessed,
}
HELPERS: dict[str, Oracle] = {
    "PLEDGE_OVERDUE": pledge_overdue,
    "DIFFICULTY_UNANSWERED": difficulty_unanswered,
    "HANDOVER_WAITING": handover_waiting,
}
LOANS: dict[str, Oracle] = {
    "CONFIRMATION_OVERDUE": confirmation_overdue,
    "DECISION_OVERDUE": decision_overdue,
    "DISBURSEMENT_OVERDUE": disbursement_overdue,
    "LOAN_INACTIVE": loan_inactive,
    "OVERDUE_UNWORKED": overdue_unworked,
    "FREEZE_ENDING": freeze_ending,
    "RECALL_UNPAID": recall_unpaid,
}


def agrees(events: list[Any], oracles: dict[str, Oracle], last: int) -> None:
    facts = a_history(events)
    intervals = found_in(facts)
    ids = [each.finding_id for each in intervals]
    assert len(set(ids)) == len(ids), "a condition that returns is a new finding"
    for number in range(last):
        on = day(number)
        known = by_day(facts, on)
        shown = open_on(intervals, on)
        for code, oracle in oracles.items():
            assert shown.get(code, set()) == oracle(known, on), (code, on)


def open_on(intervals: list[Interval], on: date) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for each in cut(intervals, on):
        if each.is_open:
            found.setdefault(each.interval.code, set()).add(each.interval.about.subject.ids[-1])
    return found


@CALM
@given(st.lists(of_households, max_size=12))
def test_rules_on_households_say_what_a_day_by_day_reading_says(events: list[Any]) -> None:
    agrees(events, HOUSEHOLDS, 400)


@CALM
@given(st.lists(of_help, max_size=10))
def test_rules_on_help_say_what_a_day_by_day_reading_says(events: list[Any]) -> None:
    agrees(events, HELPERS, 200)


NOTHING_OWED_FOR_A_DAY = [
    overdue(day(0)),
    disbursed(day(0), M, PAID),
    taken_back(day(0), PAID),
    disbursed(day(1), M, SECOND),
]


@CALM
@example(NOTHING_OWED_FOR_A_DAY)
@given(st.lists(of_loans, max_size=14))
def test_rules_on_loans_say_what_a_day_by_day_reading_says(events: list[Any]) -> None:
    agrees(events, LOANS, 300)


@CALM
@given(st.lists(st.one_of(of_households, of_help, of_loans), max_size=16), moments)
def test_cutting_the_facts_at_a_day_changes_no_answer_up_to_it(
    events: list[Any], last: date
) -> None:
    facts = a_history(events)
    whole, part = found_in(facts), found_in(by_day(facts, last))
    for back in (0, 1, 7, 31, 90):
        on = last - timedelta(days=back)
        assert looks(whole, on) == looks(part, on)


def looks(intervals: list[Interval], on: date) -> list[Any]:
    return sorted(
        (
            str(each.interval.finding_id),
            each.interval.run.opened_on,
            each.is_open,
            each.step.severity,
            each.step.evidence,
            sorted(each.step.details.items()),
        )
        for each in cut(intervals, on)
    )
