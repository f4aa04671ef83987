"""A confirmed misuse is to be worked on within fifteen days."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from services.reporting.detection.detect import findings
from services.reporting.domain.dossier import fold
from services.reporting.domain.intervals import Interval
from services.reporting.domain.rulebook import Rulebook, Shadow, rule_of
from services.reporting.events import (
    FindingConfirmed,
    FindingDismissed,
    FindingRemedied,
    FindingReopened,
    FindingSeen,
)
from tests.support.facts import DAY, HOME, LOAN, Recorder, day, disbursed, inspected, taken_back
from tests.support.findings import BOOK
from tests.support.stalling import came_back, recalled

M = 1_000_000
FACTS = (disbursed(), inspected(day(5), wrong=10 * M))


def judged(*more: Any, book: Rulebook = BOOK) -> list[Interval]:
    """What is found where the misuse of `FACTS` was confirmed; callables are decisions on it."""
    recorder = Recorder()
    recorded = [recorder.record(each) for each in FACTS]
    (misuse,) = [
        each for each in findings(fold(HOME, recorded), BOOK) if each.code == "WRONG_PURPOSE"
    ]
    for each in more:
        if not callable(each):
            recorded.append(recorder.record(each))
            continue
        decision = each(misuse)
        stream = f"finding-{misuse.finding_id}"
        recorded.append(recorder.record(decision, source="reporting", stream=stream))
    found = findings(fold(HOME, recorded), book)
    return [each for each in found if rule_of(each.code) == "MISUSE_UNWORKED"]


def decided(kind: Any, on: date) -> Any:
    def decision(misuse: Interval) -> Any:
        seen = FindingSeen(
            kind="misuse",
            severity="medium",
            opened_on=misuse.run.opened_on,
            subject_type=misuse.about.subject.type,
            subject_ids=misuse.about.subject.ids,
            household_ids=(HOME,),
            evidence=misuse.run.steps[0].evidence,
            details={},
            loan_ids=(LOAN,),
        )
        return kind(
            finding_id=misuse.finding_id, key=HOME, code=misuse.code, occurred_on=on, seen=seen
        )

    return decision


CONFIRMED = decided(FindingConfirmed, day(10))


def spans(*more: Any) -> list[tuple[date, date | None]]:
    return [(each.run.opened_on, each.run.closed_on) for each in judged(*more)]


def test_a_confirmed_misuse_is_unworked_on_the_sixteenth_day() -> None:
    (interval,) = judged(CONFIRMED)
    assert (interval.run.opened_on, interval.run.closed_on) == (day(26), None)
    assert interval.run.steps[0].severity.word == "high"
    assert (interval.about.subject.type, interval.about.loan_id) == ("finding", LOAN)
    assert spans() == []


@pytest.mark.parametrize(
    "work",
    [
        lambda on: recalled(on, due=on, amount=M),
        taken_back,
        lambda on: decided(FindingRemedied, on),
        lambda on: decided(FindingDismissed, on),
        lambda on: decided(FindingReopened, on),
        lambda on: inspected(on, right=50 * M),
        lambda on: came_back(on, 10 * M),
    ],
    ids=["recall", "reversal", "remedy", "dismissal", "reopening", "good check", "collection"],
)
def test_recall_reversal_remedy_and_the_end_of_the_finding_end_it(work: Any) -> None:
    assert spans(CONFIRMED, work(day(26))) == []
    assert spans(CONFIRMED, work(day(27))) == [(day(26), day(27))]


def test_a_recall_since_the_finding_opened_counts_and_one_before_it_does_not() -> None:
    assert spans(CONFIRMED, recalled(day(5), due=day(99), amount=M)) == []
    assert spans(CONFIRMED, recalled(DAY, due=day(99), amount=M)) == [(day(26), None)]


def test_a_shadow_of_what_follows_a_decision_is_judged_with_its_own_days() -> None:
    shadow = Shadow(of="MISUSE_UNWORKED", name="early", parameters={"days": 5})
    found = judged(CONFIRMED, book=replace(BOOK, shadows=(shadow,)))
    opened = [(each.code, each.run.opened_on) for each in found]
    assert opened == [("MISUSE_UNWORKED", day(26)), ("MISUSE_UNWORKED~early", day(16))]
    other = Shadow(of="NOT_USED", name="early", parameters={"days": 5})
    found = judged(CONFIRMED, book=replace(BOOK, shadows=(other,)))
    assert [each.code for each in found] == ["MISUSE_UNWORKED"]
