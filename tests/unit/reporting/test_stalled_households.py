"""Both sides of every limit of the rules about reviews, targets, plans and supports."""

from datetime import date
from typing import Any

import pytest

from services.reporting.domain.clocks import Pause
from services.reporting.domain.intervals import Interval
from shared.areas import EVERYWHERE
from shared.ids import named
from tests.support.facts import (
    DAY,
    HOME,
    classified,
    closed,
    day,
    groups,
    history,
    target,
    target_withdrawn,
    uid,
)
from tests.support.findings import found, is_open, severity
from tests.support.stalling import (
    ITEM,
    MODEL,
    REVIEW,
    SUPPORT,
    agreed,
    aimed,
    assessed,
    complained,
    completed,
    decided,
    delivered,
    dropped,
    enrolled,
    entitled,
    reverified,
    scored,
    support_withdrawn,
)

EVE, LAST, NEXT = date(2026, 12, 14), date(2026, 12, 15), date(2027, 1, 1)


def only(code: str, *events: Any, pauses: tuple[Pause, ...] = ()) -> Interval:
    (interval,) = found(code, *events, pauses=pauses)
    return interval


def spans(code: str, *events: Any) -> list[tuple[date, date | None]]:
    return [(each.run.opened_on, each.run.closed_on) for each in found(code, *events)]


def event_id(*events: Any) -> Any:
    return history(*events)[-1].meta.event_id


def pause(code: str, first: date, last: date) -> tuple[Pause, ...]:
    return (
        Pause(
            pause_id=uid("pause"),
            codes=frozenset({code}),
            scope=EVERYWHERE,
            first=first,
            last=last,
        ),
    )


# REVIEW_MISSING


@pytest.mark.parametrize("status", ["poor", "near_poor"])
def test_a_household_without_a_yearly_review_is_missed_from_15_december(status: str) -> None:
    facts = (classified(status, on=date(2026, 8, 31)),)
    assert severity("REVIEW_MISSING", EVE, *facts) is None
    assert severity("REVIEW_MISSING", LAST, *facts) == "high"


@pytest.mark.parametrize("status", ["newly_escaped", "not_poor"])
def test_a_household_that_is_not_poor_needs_no_review(status: str) -> None:
    assert not found("REVIEW_MISSING", classified(status, on=date(2026, 2, 1)))


@pytest.mark.parametrize(
    ("on", "open_"), [(date(2026, 8, 31), True), (date(2026, 9, 1), False), (EVE, False)]
)
def test_only_a_classification_of_the_season_is_one_of_its_review(on: date, *, open_: bool) -> None:
    facts = (classified("poor", on=date(2026, 1, 5)), classified("poor", on=on))
    assert is_open("REVIEW_MISSING", LAST, *facts) is open_


def test_a_late_classification_ends_the_missing_review_of_that_year_and_of_those_before() -> None:
    facts = (classified("poor", on=date(2025, 8, 1)), classified("poor", on=date(2027, 3, 1)))
    missed = [
        (each.about.year, each.run.opened_on, each.run.closed_on)
        for each in found("REVIEW_MISSING", *facts)
    ]
    assert missed == [
        (2025, date(2025, 12, 15), date(2027, 3, 1)),
        (2026, date(2026, 12, 15), date(2027, 3, 1)),
        (2027, date(2027, 12, 15), None),
    ]


def test_a_missing_review_is_named_by_its_household_and_year() -> None:
    interval = found("REVIEW_MISSING", classified("poor", on=date(2026, 2, 1)))[0]
    assert interval.finding_id == named(f"REVIEW_MISSING|{HOME}|2026|2026")
    assert interval.run.steps[0].evidence == (event_id(classified("poor")),)


def test_a_closed_household_is_not_reviewed() -> None:
    poor = classified("poor", on=date(2026, 2, 1))
    assert not found("REVIEW_MISSING", poor, closed(LAST))
    assert spans("REVIEW_MISSING", poor, closed(date(2026, 12, 16)))[0] == (
        LAST,
        date(2026, 12, 16),
    )


def test_a_pause_puts_the_missing_review_off() -> None:
    poor = classified("poor", on=date(2026, 2, 1))
    paused = pause("REVIEW_MISSING", date(2026, 12, 1), date(2026, 12, 20))
    assert found("REVIEW_MISSING", poor, pauses=paused)[0].run.opened_on == date(2026, 12, 21)


# REVIEW_STUCK


@pytest.mark.parametrize(("after", "expected"), [(30, None), (31, "medium")])
def test_a_review_is_stuck_on_the_thirty_first_day(after: int, expected: str | None) -> None:
    assert severity("REVIEW_STUCK", day(after), scored(DAY)) == expected


def test_a_classification_that_refers_to_the_review_or_to_a_later_one_ends_it() -> None:
    later = uid("later review")
    assert spans("REVIEW_STUCK", scored(DAY), decided(day(31))) == []
    assert spans("REVIEW_STUCK", scored(DAY), decided(day(32))) == [(day(31), day(32))]
    facts = (scored(DAY), scored(day(20), later), decided(day(45), later))
    assert spans("REVIEW_STUCK", *facts) == [(day(31), day(45))]


def test_a_classification_of_an_earlier_review_or_of_none_does_not_end_it() -> None:
    early = uid("early review")
    facts = (scored(day(-5), early), scored(DAY), decided(day(9), early), decided(day(9), None))
    assert only("REVIEW_STUCK", *facts).about.subject.ids == (str(REVIEW),)


# COMPLAINT_WAITING


def test_a_complaint_waits_three_working_days() -> None:
    friday = date(2026, 3, 6)
    assert only("COMPLAINT_WAITING", complained(friday)).run.opened_on == date(2026, 3, 12)
    assert only("COMPLAINT_WAITING", complained(date(2026, 3, 7))).run.opened_on == date(
        2026, 3, 12
    )


def test_public_holidays_are_no_working_days() -> None:
    """30 April and 1 May 2026 are a Thursday and a Friday."""
    wednesday = date(2026, 4, 29)
    assert only("COMPLAINT_WAITING", complained(wednesday)).run.opened_on == date(2026, 5, 7)


def test_a_reverification_of_that_review_on_the_same_day_or_later_answers_a_complaint() -> None:
    filed = complained(DAY)
    assert not found("COMPLAINT_WAITING", filed, reverified(DAY))
    assert found("COMPLAINT_WAITING", reverified(day(-1)), filed)
    assert found("COMPLAINT_WAITING", filed, reverified(day(1), uid("other review")))
    assert spans("COMPLAINT_WAITING", filed, reverified(day(9))) == [(day(4), day(9))]


def test_paused_working_days_do_not_count() -> None:
    paused = pause("COMPLAINT_WAITING", day(1), day(2))
    assert only("COMPLAINT_WAITING", complained(DAY), pauses=paused).run.opened_on == day(8)


# TARGET_WITHOUT_PLAN


@pytest.mark.parametrize(("after", "expected"), [(30, None), (31, "medium")])
def test_a_target_waits_thirty_days_for_a_plan(after: int, expected: str | None) -> None:
    assert severity("TARGET_WITHOUT_PLAN", day(after), target()) == expected


def test_an_item_agreed_since_or_open_on_that_day_is_a_plan() -> None:
    assert not found("TARGET_WITHOUT_PLAN", target(), agreed(DAY))
    assert not found("TARGET_WITHOUT_PLAN", agreed(day(-9)), target(), completed(day(1)))
    assert found("TARGET_WITHOUT_PLAN", agreed(day(-9)), target(), completed(DAY))
    assert spans("TARGET_WITHOUT_PLAN", target(), agreed(day(40))) == [(day(31), day(40))]


def test_withdrawing_the_last_item_starts_the_clock_again() -> None:
    other = uid("other item")
    facts = (target(), agreed(day(1)), agreed(day(2), item=other), dropped(day(5), other))
    assert not found("TARGET_WITHOUT_PLAN", *facts)
    interval = only("TARGET_WITHOUT_PLAN", *facts, dropped(day(8)))
    assert interval.run.opened_on == day(39)
    assert interval.run.anchor == str(event_id(*facts, dropped(day(8))))


def test_an_item_that_was_open_when_the_target_was_set_counts_until_it_is_withdrawn() -> None:
    facts = (agreed(day(-9)), target(), dropped(day(10)))
    assert only("TARGET_WITHOUT_PLAN", *facts).run.opened_on == day(41)


def test_regained_working_capacity_starts_the_clock_of_the_plan() -> None:
    facts = (target(), groups("no_working_capacity", on=day(10)), groups(on=day(20)))
    assert only("TARGET_WITHOUT_PLAN", *facts).run.opened_on == day(51)


def test_a_target_needs_a_plan_until_withdrawal_closure_or_the_years_end() -> None:
    assert spans("TARGET_WITHOUT_PLAN", target()) == [(day(31), NEXT)]
    assert spans("TARGET_WITHOUT_PLAN", target(), closed(day(50))) == [(day(31), day(50))]
    gone = target_withdrawn(day(45))
    assert spans("TARGET_WITHOUT_PLAN", target(), gone) == [(day(31), day(45))]


# TARGET_MISSED


@pytest.mark.parametrize(
    ("to", "status", "open_"),
    [
        ("out", "poor", True),
        ("out", "near_poor", True),
        ("out", "newly_escaped", False),
        ("out", "not_poor", False),
        ("near_poor", "poor", True),
        ("near_poor", "near_poor", False),
        ("near_poor", "not_poor", False),
    ],
)
def test_a_target_is_missed_from_new_year_on(to: str, status: str, *, open_: bool) -> None:
    facts = (classified(status), aimed(to))
    assert severity("TARGET_MISSED", date(2026, 12, 31), *facts) is None
    assert severity("TARGET_MISSED", NEXT, *facts) == ("high" if open_ else None)


def test_reaching_the_status_settles_a_target_for_good() -> None:
    out, back = classified("not_poor", on=date(2027, 2, 1)), date(2027, 5, 1)
    facts = (classified("poor"), target(), out, classified("poor", on=back))
    assert spans("TARGET_MISSED", *facts) == [(NEXT, date(2027, 2, 1))]


def test_a_status_reached_within_the_year_and_lost_again_does_not_settle_it() -> None:
    out, back = classified("not_poor", on=day(20)), classified("poor", on=day(99))
    assert spans("TARGET_MISSED", classified("poor"), target(), out, back) == [(NEXT, None)]


def test_a_decision_that_takes_effect_later_settles_the_target_on_that_day() -> None:
    out = classified("not_poor", on=date(2026, 12, 10), effective=date(2027, 1, 3))
    assert spans("TARGET_MISSED", classified("poor"), target(), out) == [(NEXT, date(2027, 1, 3))]


def test_a_decision_that_took_effect_earlier_settles_it_when_it_is_made() -> None:
    out = classified("not_poor", on=date(2027, 1, 9), effective=NEXT)
    assert spans("TARGET_MISSED", classified("poor"), target(), out) == [(NEXT, date(2027, 1, 9))]


def test_an_unknown_status_misses_nothing() -> None:
    assert not found("TARGET_MISSED", target())


def test_a_missed_target_is_named_by_its_year_and_when_it_returns_by_its_day_too() -> None:
    facts = (
        classified("poor"),
        target(),
        groups("no_working_capacity", on=date(2027, 2, 1)),
        groups(on=date(2027, 3, 1)),
    )
    first, second = found("TARGET_MISSED", *facts)
    assert first.finding_id == named(f"TARGET_MISSED|{HOME}|2026|2026")
    assert (first.run.closed_on, second.run.opened_on) == (date(2027, 2, 1), date(2027, 3, 1))
    assert second.finding_id != first.finding_id


# PLAN_ITEM_OVERDUE, SUPPORT_OVERDUE


@pytest.mark.parametrize(
    ("after", "expected"),
    [(0, None), (1, "low"), (29, "low"), (30, "medium"), (89, "medium"), (90, "high")],
)
def test_a_plan_item_grows_worse_with_the_days(after: int, expected: str | None) -> None:
    assert severity("PLAN_ITEM_OVERDUE", day(after), agreed(day(-5), due=DAY)) == expected


def test_completion_withdrawal_and_closure_end_a_plan_item() -> None:
    item = agreed(day(-5), due=DAY)
    assert spans("PLAN_ITEM_OVERDUE", item, completed(day(1))) == []
    assert spans("PLAN_ITEM_OVERDUE", item, completed(day(2))) == [(day(1), day(2))]
    assert spans("PLAN_ITEM_OVERDUE", item, dropped(day(3))) == [(day(1), day(3))]
    assert spans("PLAN_ITEM_OVERDUE", item, closed(day(4))) == [(day(1), day(4))]
    assert spans("PLAN_ITEM_OVERDUE", item, completed(day(2), uid("other"))) == [(day(1), None)]
    assert only("PLAN_ITEM_OVERDUE", item).about.subject.ids == (str(ITEM),)


def test_an_item_agreed_after_it_was_due_is_overdue_on_that_day() -> None:
    interval = only("PLAN_ITEM_OVERDUE", agreed(day(40), due=DAY))
    assert (interval.run.opened_on, interval.run.steps[0].severity.word) == (day(40), "medium")


def test_severity_counts_the_same_days_as_the_deadline() -> None:
    paused = pause("PLAN_ITEM_OVERDUE", day(5), day(14))
    interval = only("PLAN_ITEM_OVERDUE", agreed(day(-5), due=DAY), pauses=paused)
    assert [step.on for step in interval.run.steps] == [day(1), day(40), day(100)]


@pytest.mark.parametrize(
    ("after", "expected"), [(0, None), (1, "medium"), (29, "medium"), (30, "high")]
)
def test_a_support_grows_worse_with_the_days(after: int, expected: str | None) -> None:
    assert severity("SUPPORT_OVERDUE", day(after), entitled(DAY, on=day(-5))) == expected


def test_delivery_withdrawal_and_closure_end_a_support() -> None:
    support = entitled(DAY, on=day(-5))
    assert spans("SUPPORT_OVERDUE", support, delivered(day(1))) == []
    assert spans("SUPPORT_OVERDUE", support, delivered(day(2))) == [(day(1), day(2))]
    assert spans("SUPPORT_OVERDUE", support, support_withdrawn(day(3))) == [(day(1), day(3))]
    assert spans("SUPPORT_OVERDUE", support, closed(day(4))) == [(day(1), day(4))]
    assert only("SUPPORT_OVERDUE", support).about.subject.ids == (str(SUPPORT),)


def test_households_without_working_capacity_keep_their_plan_items_and_supports() -> None:
    unable = groups("no_working_capacity", on=day(-9))
    assert found("PLAN_ITEM_OVERDUE", unable, agreed(day(-5), due=DAY))
    assert found("SUPPORT_OVERDUE", unable, entitled(DAY, on=day(-5)))


# MODEL_UNASSESSED


@pytest.mark.parametrize(("after", "expected"), [(365, None), (366, "low")])
def test_a_model_is_to_be_assessed_within_a_year(after: int, expected: str | None) -> None:
    assert severity("MODEL_UNASSESSED", day(after), enrolled()) == expected


def test_an_outcome_in_that_model_on_or_after_the_enrolment_ends_it() -> None:
    other = uid("other model")
    assert not found("MODEL_UNASSESSED", enrolled(), assessed(DAY))
    assert found("MODEL_UNASSESSED", assessed(day(-1)), enrolled())
    assert found("MODEL_UNASSESSED", enrolled(), assessed(day(5), other))
    assert spans("MODEL_UNASSESSED", enrolled(), assessed(day(370))) == [(day(366), day(370))]
    assert spans("MODEL_UNASSESSED", enrolled(), closed(day(367))) == [(day(366), day(367))]
    assert only("MODEL_UNASSESSED", enrolled()).about.subject.ids == (str(MODEL), str(HOME))


@pytest.mark.parametrize("status", ["poor", "near_poor"])
def test_a_missing_review_says_the_year_and_the_status(status: str) -> None:
    said = classified(status, on=date(2025, 3, 3))
    step = only("REVIEW_MISSING", said, classified("not_poor", on=date(2026, 9, 1))).run.steps[0]
    assert (step.details["year"], step.details["status"]) == ("2025", status)
