"""Days on which a condition holds, joined into runs."""

from collections.abc import Mapping
from datetime import date

from services.reporting.domain.intervals import Held, Run, Severity, runs
from tests.support.facts import day, uid

ONE = uid("one")


def held(severity: Severity = Severity.LOW, anchor: str = "a", by: int = 1) -> Held:
    return Held(anchor, severity, (ONE,), {"by": by})


def found(answers: Mapping[int, Held | None]) -> list[Run]:
    by_day = {day(on): answer for on, answer in answers.items()}
    return list(runs([*reversed(by_day), *by_day], by_day.__getitem__))


def spans(answers: Mapping[int, Held | None]) -> list[tuple[date, date | None]]:
    return [(each.opened_on, each.closed_on) for each in found(answers)]


def test_a_run_lasts_from_the_first_day_until_the_day_on_which_it_holds_no_more() -> None:
    assert spans({0: None, 3: held(), 5: held(), 9: None, 11: None}) == [(day(3), day(9))]
    assert spans({3: held(), 5: held()}) == [(day(3), None)]
    assert spans({0: None}) == []


def test_a_step_begins_whenever_the_answer_is_another_than_before() -> None:
    low, high, more = held(), held(Severity.HIGH), held(by=2)
    (run,) = found({0: low, 2: low, 4: high, 6: low, 8: more, 9: more})
    assert [(step.on, step.severity, step.details["by"]) for step in run.steps] == [
        (day(0), Severity.LOW, 1),
        (day(4), Severity.HIGH, 1),
        (day(6), Severity.LOW, 1),
        (day(8), Severity.LOW, 2),
    ]


def test_a_condition_that_returns_on_the_same_ground_is_told_apart_by_its_day() -> None:
    first, second, third = found({0: held(), 1: None, 5: held(), 6: None, 8: held(anchor="b")})
    assert (first.anchor, third.anchor) == ("a", "b")
    assert second.anchor == f"a|{day(5).isoformat()}"


def test_the_anchor_is_that_of_the_first_day() -> None:
    (run,) = found({0: held(), 3: held(anchor="b", by=2)})
    assert run.anchor == "a"
