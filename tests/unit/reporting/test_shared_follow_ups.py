"""What follows from decisions on findings that several households share, to the day."""

from datetime import date
from typing import Any

import pytest

from services.reporting.detection.detect import contributions, shared_findings, subject_findings
from services.reporting.domain.clocks import clocks_of_all
from services.reporting.domain.contributions import Contribution
from services.reporting.domain.dossier import effective, fold
from services.reporting.domain.intervals import Interval
from services.reporting.events import (
    ExplanationGiven,
    ExplanationRequested,
    FindingConfirmed,
    FindingDismissed,
    FindingRemedied,
    FindingReopened,
    FindingSeen,
)
from shared.recorded import Recorded
from tests.support.facts import DAY, Recorder, day, disbursed, taken_back, uid
from tests.support.findings import BOOK
from tests.support.stalling import recalled

M = 1_000_000
ONE, OTHER = uid("one home"), uid("other home")
HOMES = tuple(sorted((ONE, OTHER)))
OF_ONE: dict[str, Any] = {"loan": uid("one loan"), "home": ONE}
OF_OTHER: dict[str, Any] = {"loan": uid("other loan"), "home": OTHER}
PAID_ALIKE = (
    disbursed(DAY, paid=uid("paid one"), account="h1:x", **OF_ONE),
    disbursed(DAY, paid=uid("paid other"), account="h1:x", **OF_OTHER),
)
Span = tuple[date, date]


def given(recorded: list[Recorded], paused: dict[Any, list[Span]]) -> list[Contribution]:
    found: list[Contribution] = []
    for home in HOMES:
        dossier = fold(home, [each for each in recorded if each.meta.key == home])
        clocks = clocks_of_all([{code: paused.get(home, []) for code in CODES}])
        found += [each for each in contributions(dossier, [], clocks) if each.kind == "payee"]
    return found


CODES = ("MISUSE_UNWORKED", "FINDING_UNANSWERED")


def judged(code: str, *more: Any, paused: dict[Any, list[Span]] | None = None) -> list[Interval]:
    """Give what follows where `more` was recorded or, as decisions on the finding, given."""
    recorder = Recorder()
    recorded = [recorder.record(each) for each in PAID_ALIKE]
    (misuse,) = subject_findings("payee", "h1:x", given(recorded, {}), BOOK)
    said: list[Recorded] = []
    for each in more:
        if callable(each):
            event = each(misuse)
            stream = f"finding-{misuse.finding_id}"
            said.append(recorder.record(event, source="reporting", stream=stream))
        else:
            recorded.append(recorder.record(each))
    facts = given(recorded, paused or {})
    found = shared_findings("payee", "h1:x", facts, effective(said), BOOK)
    return [each for each in found if each.code == code]


def decided(kind: Any, on: date, **more: Any) -> Any:
    def decision(misuse: Interval) -> Any:
        seen = FindingSeen(
            kind="misuse",
            severity="high",
            opened_on=misuse.run.opened_on,
            subject_type=misuse.about.subject.type,
            subject_ids=misuse.about.subject.ids,
            household_ids=HOMES,
            evidence=misuse.run.steps[0].evidence,
            details={},
            loan_ids=(OF_ONE["loan"], OF_OTHER["loan"]),
            shared="payee|h1:x",
        )
        key = misuse.finding_id
        fields = {"finding_id": key, "key": key, "code": misuse.code, "seen": seen}
        return kind(occurred_on=on, **fields, **more)

    return decision


CONFIRMED = decided(FindingConfirmed, day(10))
ASKED = decided(ExplanationRequested, day(10), until=day(25))


def spans(code: str, *more: Any, **paused: Any) -> list[tuple[date, date | None]]:
    return [(each.run.opened_on, each.run.closed_on) for each in judged(code, *more, **paused)]


def test_a_confirmed_shared_misuse_is_unworked_on_the_sixteenth_day() -> None:
    (interval,) = judged("MISUSE_UNWORKED", CONFIRMED)
    assert (interval.run.opened_on, interval.run.closed_on) == (day(26), None)
    assert interval.run.steps[0].households == HOMES
    assert interval.about.household_id is None


@pytest.mark.parametrize(
    "work",
    [
        lambda on: recalled(on, due=on, amount=M, **OF_OTHER),
        lambda on: taken_back(on, uid("paid other"), **OF_OTHER),
        lambda on: decided(FindingRemedied, on),
        lambda on: decided(FindingDismissed, on),
        lambda on: decided(FindingReopened, on),
    ],
    ids=["recall", "reversal", "remedy", "dismissal", "reopening"],
)
def test_work_on_one_of_its_loans_or_a_decision_ends_it(work: Any) -> None:
    assert spans("MISUSE_UNWORKED", CONFIRMED, work(day(26))) == []
    assert spans("MISUSE_UNWORKED", CONFIRMED, work(day(27))) == [(day(26), day(27))]


def test_a_recall_before_it_opened_is_no_answer() -> None:
    early = recalled(day(-1), due=day(99), amount=M, **OF_ONE)
    assert spans("MISUSE_UNWORKED", CONFIRMED, early) == [(day(26), None)]


def test_an_explanation_asked_of_several_is_overdue_the_day_after_its_deadline() -> None:
    (interval,) = judged("FINDING_UNANSWERED", ASKED)
    assert (interval.run.opened_on, interval.run.closed_on) == (day(26), None)
    assert interval.run.steps[0].households == HOMES
    given_late = decided(ExplanationGiven, day(30), note="s1:x")
    assert spans("FINDING_UNANSWERED", ASKED, given_late) == [(day(26), day(30))]
    in_time = decided(ExplanationGiven, day(26), note="s1:x")
    assert spans("FINDING_UNANSWERED", ASKED, in_time) == []


def test_days_count_unless_they_are_paused_for_all_its_households() -> None:
    pause = [(day(12), day(16))]
    for code, asked in (("MISUSE_UNWORKED", CONFIRMED), ("FINDING_UNANSWERED", ASKED)):
        assert spans(code, asked, paused={ONE: pause})[0][0] == day(26)
    both = {ONE: pause, OTHER: [(day(15), day(20))]}
    assert spans("MISUSE_UNWORKED", CONFIRMED, paused=both)[0][0] == day(28)
