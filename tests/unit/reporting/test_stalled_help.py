"""Both sides of every limit of the rules about what sponsors promised, asked and offered."""

from datetime import date
from typing import Any

import pytest

from services.reporting.detection.detect import findings
from services.reporting.domain.dossier import fold
from services.reporting.domain.intervals import Interval
from services.reporting.events import (
    ExplanationGiven,
    ExplanationRequested,
    FindingAssigned,
    FindingConfirmed,
    FindingDismissed,
    FindingRemedied,
)
from tests.support.facts import (
    DAY,
    HELP,
    HOME,
    SEALED,
    Recorder,
    assigned,
    closed,
    day,
    ended,
    history,
    taken_over,
    uid,
)
from tests.support.findings import BOOK, found, severity
from tests.support.stalling import (
    DIFFICULTY,
    PLEDGE,
    fulfilled,
    offered,
    pledge_withdrawn,
    pledged,
    raised,
    refused,
    resolved,
)

M = 1_000_000


def only(code: str, *events: Any) -> Interval:
    (interval,) = found(code, *events)
    return interval


def spans(code: str, *events: Any) -> list[tuple[date, date | None]]:
    return [(each.run.opened_on, each.run.closed_on) for each in found(code, *events)]


# PLEDGE_OVERDUE


@pytest.mark.parametrize(("after", "expected"), [(20, None), (21, "medium")])
def test_a_pledge_is_overdue_on_the_day_after(after: int, expected: str | None) -> None:
    assert severity("PLEDGE_OVERDUE", day(after), assigned(), pledged(day(20))) == expected


@pytest.mark.parametrize(("second", "open_"), [(5 * M - 1, True), (5 * M, False)])
def test_four_fifths_of_the_value_together_fulfil_a_pledge(second: int, *, open_: bool) -> None:
    came = (fulfilled(day(5), 3 * M), fulfilled(day(30), second))
    expected = (day(21), None) if open_ else (day(21), day(30))
    assert spans("PLEDGE_OVERDUE", assigned(), pledged(day(20)), *came) == [expected]


def test_a_pledge_without_a_value_is_fulfilled_by_any_fulfilment() -> None:
    work = pledged(day(20), value=0)
    assert spans("PLEDGE_OVERDUE", assigned(), work) == [(day(21), None)]
    assert spans("PLEDGE_OVERDUE", assigned(), work, fulfilled(day(21), 0)) == []


def test_withdrawal_and_closure_end_a_pledge_but_the_end_of_the_assignment_does_not() -> None:
    facts = (assigned(), pledged(day(20)))
    assert spans("PLEDGE_OVERDUE", *facts, pledge_withdrawn(day(25))) == [(day(21), day(25))]
    assert spans("PLEDGE_OVERDUE", *facts, closed(day(25))) == [(day(21), day(25))]
    assert spans("PLEDGE_OVERDUE", *facts, ended(day(25))) == [(day(21), None)]


def test_a_pledge_is_the_work_of_who_is_the_sponsor_that_day() -> None:
    interval = only("PLEDGE_OVERDUE", assigned(), pledged(day(20)), taken_over(day(40)))
    whose = [(step.on, step.details["sponsor_id"]) for step in interval.run.steps]
    assert whose == [(day(21), str(uid("sponsor"))), (day(40), str(uid("another sponsor")))]
    assert (interval.about.assignment_id, interval.about.subject.ids) == (HELP, (str(PLEDGE),))


# DIFFICULTY_UNANSWERED


@pytest.mark.parametrize(
    ("after", "expected"), [(15, None), (16, "medium"), (44, "medium"), (45, "high")]
)
def test_a_difficulty_grows_worse_with_the_days(after: int, expected: str | None) -> None:
    assert severity("DIFFICULTY_UNANSWERED", day(after), assigned(), raised()) == expected


def test_its_resolution_and_the_closure_end_a_difficulty_but_the_assignment_does_not() -> None:
    facts = (assigned(), raised())
    assert spans("DIFFICULTY_UNANSWERED", *facts, resolved(day(16))) == []
    assert spans("DIFFICULTY_UNANSWERED", *facts, resolved(day(17))) == [(day(16), day(17))]
    assert spans("DIFFICULTY_UNANSWERED", *facts, closed(day(18))) == [(day(16), day(18))]
    assert spans("DIFFICULTY_UNANSWERED", *facts, ended(day(1))) == [(day(16), None)]
    assert only("DIFFICULTY_UNANSWERED", *facts).about.subject.ids == (str(DIFFICULTY),)


# HANDOVER_WAITING


@pytest.mark.parametrize(("after", "expected"), [(15, None), (16, "medium")])
def test_an_offer_waits_fifteen_days_for_an_answer(after: int, expected: str | None) -> None:
    assert severity("HANDOVER_WAITING", day(after), assigned(day(-9)), offered()) == expected


@pytest.mark.parametrize("answer", [taken_over, refused, ended])
def test_acceptance_refusal_and_the_end_answer_an_offer(answer: Any) -> None:
    facts = (assigned(day(-9)), offered())
    assert spans("HANDOVER_WAITING", *facts, answer(day(16))) == []
    assert spans("HANDOVER_WAITING", *facts, answer(day(17))) == [(day(16), day(17))]


def test_the_oldest_offer_without_an_answer_after_it_counts() -> None:
    facts = (assigned(day(-9)), offered(), offered(day(10)))
    assert spans("HANDOVER_WAITING", *facts) == [(day(16), None)]
    answered = (*facts, refused(day(12)), offered(day(20)))
    interval = only("HANDOVER_WAITING", *answered)
    assert interval.run.opened_on == day(36)
    assert interval.run.anchor == str(history(*answered)[-1].meta.event_id)


def test_a_planned_end_ends_the_wait_for_an_answer() -> None:
    facts = (assigned(day(-9), until=day(18)), offered())
    assert spans("HANDOVER_WAITING", *facts) == [(day(16), day(18))]
    assert spans("HANDOVER_WAITING", assigned(DAY), offered(), closed(day(20))) == [
        (day(16), day(20))
    ]


# FINDING_UNANSWERED


def decision(kind: Any, on: date, **more: Any) -> Any:
    given = {"finding_id": uid("finding"), "key": HOME, "code": "WRONG_PURPOSE", **more}
    return kind(occurred_on=on, **given)


def unanswered(*decisions: Any) -> list[tuple[date, date | None]]:
    recorder = Recorder()
    recorded = [
        recorder.record(each, source="reporting", stream=f"finding-{each.finding_id}")
        for each in decisions
    ]
    return [
        (each.run.opened_on, each.run.closed_on)
        for each in findings(fold(HOME, recorded), BOOK)
        if each.code == "FINDING_UNANSWERED"
    ]


ASKED = decision(ExplanationRequested, DAY, until=day(15))


def test_an_explanation_is_overdue_on_the_day_after_its_deadline() -> None:
    assert unanswered(ASKED) == [(day(16), None)]


@pytest.mark.parametrize(
    ("kind", "more"),
    [
        (ExplanationGiven, {"note": SEALED}),
        (FindingConfirmed, {}),
        (FindingDismissed, {}),
        (FindingRemedied, {}),
    ],
)
def test_an_explanation_or_a_conclusion_ends_the_wait(kind: Any, more: dict[str, Any]) -> None:
    assert unanswered(ASKED, decision(kind, day(16), **more)) == []
    assert unanswered(ASKED, decision(kind, day(17), **more)) == [(day(16), day(17))]
    earlier = decision(kind, day(-1), **more)
    assert unanswered(earlier, ASKED) == [(day(16), None)]
    other = decision(kind, day(5), finding_id=uid("other finding"), **more)
    assert unanswered(ASKED, other) == [(day(16), None)]


def test_assigning_a_finding_explains_nothing() -> None:
    assert unanswered(ASKED, decision(FindingAssigned, day(5), assignee="a")) == [(day(16), None)]
