"""Both sides of every limit of the rules on the integrity of records."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

import pytest

from services.reporting.detection.detect import findings
from services.reporting.domain.dossier import fold
from services.reporting.domain.intervals import Interval
from tests.support.facts import (
    DAY,
    HOME,
    Recorder,
    classified,
    day,
    disbursed,
    groups,
    history,
    registered,
    target,
    target_withdrawn,
    uid,
    visited,
)
from tests.support.findings import BOOK, found, is_open, severity, shared
from tests.support.reviewing import REVIEW, met, posted, reviewed, verified

TUESDAY = date(2026, 3, 3)


def only(intervals: list[Interval]) -> Interval:
    (interval,) = intervals
    return interval


def decided(status: str = "poor", on: date = DAY, **more: Any) -> Any:
    return classified(status, on=on, review=REVIEW, **more)


# SCORE_CONTRADICTION


@pytest.mark.parametrize(
    ("b1", "b2", "area", "right"),
    [
        (140, 30, "rural", {"poor"}),
        (140, 29, "rural", {"near_poor"}),
        (141, 90, "rural", {"newly_escaped", "not_poor"}),
        (175, 30, "urban", {"poor"}),
        (176, 30, "urban", {"newly_escaped", "not_poor"}),
    ],
)
def test_the_points_say_what_a_household_is(b1: int, b2: int, area: str, right: set[str]) -> None:
    for status in ("poor", "near_poor", "newly_escaped", "not_poor"):
        facts = (reviewed(day(-9), b1, b2, area=area), decided(status))
        assert is_open("SCORE_CONTRADICTION", DAY, *facts) is (status not in right)


def test_the_last_verification_by_the_decision_counts() -> None:
    facts = (reviewed(day(-9), 200), decided("poor"))
    assert found("SCORE_CONTRADICTION", *facts)
    assert not found("SCORE_CONTRADICTION", *facts, verified(DAY))
    assert found("SCORE_CONTRADICTION", *facts, verified(day(1)))
    assert found("SCORE_CONTRADICTION", *facts, verified(day(-2)), verified(day(-1), 200))


def test_a_reason_given_makes_it_less_severe_and_no_review_silent() -> None:
    facts = (reviewed(day(-9), 200),)
    assert severity("SCORE_CONTRADICTION", DAY, *facts, decided()) == "high"
    excused = decided(departure="meeting_view")
    assert severity("SCORE_CONTRADICTION", DAY, *facts, excused) == "medium"
    assert not found("SCORE_CONTRADICTION", *facts, classified("poor"))


def test_a_standard_without_points_judges_nothing() -> None:
    last, next_ = date(2026, 12, 31), date(2027, 1, 1)
    assert found("SCORE_CONTRADICTION", reviewed(day(-9), 200), decided(effective=last))
    assert not found("SCORE_CONTRADICTION", reviewed(day(-9), 200), decided(effective=next_))


def test_the_evidence_is_what_contradicts_and_no_more() -> None:
    facts = (reviewed(day(-9), 120), decided("poor"), verified(day(-1), 200))
    interval = only(found("SCORE_CONTRADICTION", *facts))
    known = [each.meta.event_id for each in history(*facts)]
    assert interval.run.steps[0].evidence == (known[0], known[2], known[1])
    assert interval.about.subject.ids == (str(known[1]),)


# NO_MEETING


@pytest.mark.parametrize(
    ("status", "open_"),
    [("poor", True), ("near_poor", True), ("newly_escaped", True), ("not_poor", False)],
)
def test_a_list_needs_a_meeting(status: str, *, open_: bool) -> None:
    assert is_open("NO_MEETING", DAY, reviewed(day(-9)), decided(status)) is open_
    off = reviewed(day(-9), kind="off_cycle")
    assert not found("NO_MEETING", off, decided(status))


def test_the_last_meeting_by_the_decision_is_to_have_agreed() -> None:
    facts = (reviewed(day(-9)), decided())
    assert not found("NO_MEETING", *facts, met(DAY, 10, 20))
    assert found("NO_MEETING", *facts, met(DAY, 9, 20))
    assert found("NO_MEETING", *facts, met(day(1)))
    assert found("NO_MEETING", *facts, met(day(-3)), met(day(-2), 0))
    assert not found("NO_MEETING", *facts, met(day(-3), 0), met(day(-2)))


# POSTING_SHORT


@pytest.mark.parametrize(
    ("until", "on", "open_"),
    [
        (date(2026, 3, 5), date(2026, 3, 6), False),
        (date(2026, 3, 4), date(2026, 3, 6), True),
        (date(2026, 3, 6), date(2026, 3, 6), True),
        (date(2026, 3, 6), date(2026, 3, 7), False),
    ],
)
def test_a_result_hangs_out_three_working_days(until: date, on: date, *, open_: bool) -> None:
    facts = (reviewed(day(-9)), posted(TUESDAY, until), decided("not_poor", on=on))
    assert is_open("POSTING_SHORT", on, *facts) is open_


def test_no_posting_is_too_short_and_the_last_one_begun_counts() -> None:
    facts = (reviewed(day(-60)), decided())
    assert found("POSTING_SHORT", *facts)
    assert found("POSTING_SHORT", *facts, posted(day(1), day(9)))
    assert not found("POSTING_SHORT", *facts, posted(day(-35), day(-30)))
    assert found("POSTING_SHORT", *facts, posted(day(-35), day(-30)), posted(DAY, DAY))


def test_a_weekend_is_no_working_day() -> None:
    friday, monday, tuesday = date(2026, 3, 6), date(2026, 3, 9), date(2026, 3, 10)
    facts = (reviewed(day(-9)), decided(on=date(2026, 3, 20)))
    assert found("POSTING_SHORT", *facts, posted(friday, monday))
    assert not found("POSTING_SHORT", *facts, posted(friday, tuesday))


# INCAPABLE_TARGETED


def test_a_household_that_cannot_work_gets_no_target() -> None:
    unable, able = groups("no_working_capacity", on=DAY), groups(on=DAY)
    assert is_open("INCAPABLE_TARGETED", DAY, unable, target())
    assert not found("INCAPABLE_TARGETED", groups("no_working_capacity", on=day(1)), target())
    assert not found(
        "INCAPABLE_TARGETED", groups("no_working_capacity", on=day(-5)), able, target()
    )
    assert is_open("INCAPABLE_TARGETED", day(5), unable, target(), groups(on=day(1)))


def test_withdrawing_the_target_clears_it() -> None:
    facts = (groups("no_working_capacity", on=DAY), target(), target_withdrawn(day(9)))
    interval = only(found("INCAPABLE_TARGETED", *facts))
    assert (interval.run.closed_on, interval.about.year) == (day(9), 2026)


# STATUS_FLIP


@pytest.mark.parametrize(("second", "open_"), [(date(2026, 3, 1), True), (date(2026, 3, 2), False)])
def test_two_crossings_within_two_years(second: date, *, open_: bool) -> None:
    facts = (
        classified("not_poor", on=date(2023, 1, 1)),
        classified("near_poor", on=date(2024, 3, 1)),
        classified("poor", on=date(2025, 3, 1)),
        classified("newly_escaped", on=second),
    )
    assert is_open("STATUS_FLIP", second, *facts) is open_


def test_a_flip_needs_a_known_status_before_the_first_crossing() -> None:
    facts = (classified("poor", on=day(-300)), classified("not_poor", on=DAY))
    assert not found("STATUS_FLIP", *facts)
    back = (*facts, classified("poor", on=day(9), effective=day(5)))
    interval = only(found("STATUS_FLIP", *back))
    known = [each.meta.event_id for each in history(*back)]
    assert interval.about.subject.ids == (str(HOME), str(known[2]))
    assert interval.run.opened_on == day(9)
    assert interval.run.steps[0].evidence == tuple(known)


def test_going_in_and_out_and_in_again_is_two_findings() -> None:
    words = ("poor", "not_poor", "poor", "newly_escaped")
    facts = [classified(word, on=day(30 * n)) for n, word in enumerate(words)]
    assert [each.run.opened_on for each in found("STATUS_FLIP", *facts)] == [day(60), day(90)]


# LATE_RECORDING


@pytest.mark.parametrize(
    ("at", "open_"),
    [
        (datetime(2026, 4, 1, 16, 59, 58, tzinfo=UTC), False),
        (datetime(2026, 4, 1, 16, 59, 59, tzinfo=UTC), True),
    ],
)
def test_more_than_thirty_days_by_the_date_in_vietnam_is_late(at: datetime, *, open_: bool) -> None:
    for event in (classified("poor", on=DAY), disbursed(DAY)):
        recorded = Recorder(at).record(event)
        late = [
            each for each in findings(fold(HOME, [recorded]), BOOK) if each.code == "LATE_RECORDING"
        ]
        assert [each.run.opened_on for each in late] == ([date(2026, 4, 2)] if open_ else [])


def test_who_visited_late_is_not_asked() -> None:
    recorded = Recorder(datetime(2026, 12, 1, tzinfo=UTC)).record(visited(DAY))
    assert "LATE_RECORDING" not in {each.code for each in findings(fold(HOME, [recorded]), BOOK)}


# GHOST_VISIT

COMMUNES = ("01864", "01879", "01882", "01894")
MERGED = ("01858", "01861", "01864", "01870")
"""Four of the old map that are one on the new."""


def rounds(number: int, communes: Sequence[str], on: date = DAY) -> list[Any]:
    events: list[Any] = []
    for n in range(number):
        home = uid(f"home {n}")
        events.append(registered(code=communes[n % len(communes)], home=home))
        events.append(visited(on, uid(f"help {n}"), home))
    return events


@pytest.mark.parametrize(("on", "open_"), [(date(2025, 6, 30), True), (date(2025, 7, 1), False)])
def test_communes_are_those_on_the_map_of_the_visits(on: date, *, open_: bool) -> None:
    assert bool(shared("visitor_day", f"helper|{on}", history(*rounds(4, MERGED, on)))) is open_


@pytest.mark.parametrize(
    ("number", "communes", "open_"),
    [(3, 3, False), (4, 4, True), (12, 3, False), (13, 1, True), (12, 1, False)],
)
def test_a_day_has_room_for_so_many_visits(number: int, communes: int, *, open_: bool) -> None:
    facts = history(*rounds(number, COMMUNES[:communes]))
    intervals = shared("visitor_day", f"helper|{DAY}", facts)
    assert bool(intervals) is open_
    for interval in intervals:
        assert interval.about.subject.ids == ("helper", str(DAY))
        assert len(interval.run.steps[0].households) == number
        assert len(interval.run.steps[0].evidence) == number


@pytest.mark.parametrize(("after", "open_"), [(7, True), (8, False)])
def test_the_same_words_about_three_households_within_a_week(after: int, *, open_: bool) -> None:
    told = [
        visited(day(on), uid(f"help {n}"), uid(f"home {n}"), visitor=f"visitor {n}", note="h1:n")
        for n, on in enumerate((0, 3, after))
    ]
    assert bool(shared("note", "h1:n", history(*told))) is open_
    twice = visited(DAY, uid("help 0"), uid("home 0"), note="h1:n")
    assert shared("note", "h1:n", history(*told[:2], twice)) == []


def test_the_same_words_are_suspected_from_the_visit_that_makes_three_of_them() -> None:
    told = [
        visited(day(on), uid(f"help {n}"), uid(f"home {n}"), visitor=f"visitor {n}", note="h1:n")
        for n, on in enumerate((0, 3, 6))
    ]
    (interval,) = shared("note", "h1:n", history(*told))
    assert (interval.run.opened_on, interval.run.closed_on) == (day(6), None)
    assert interval.run.anchor == str(history(*told)[2].meta.event_id)
    assert interval.about.subject.ids == ("h1:n",)


def test_a_visitor_is_named_whole_whatever_the_name_is() -> None:
    visits = [visited(DAY, uid(f"help {n}"), uid("home"), visitor="a|b") for n in range(13)]
    (interval,) = shared("visitor_day", f"a|b|{DAY}", history(*visits))
    assert interval.about.subject.ids == ("a|b", str(DAY))
    assert interval.run.steps[0].households == (uid("home"),)


# What is decided on a review opens with the latest fact that it needs


def test_a_contradiction_opens_with_the_decision_or_with_the_later_review() -> None:
    facts = (reviewed(day(-9), 200), decided("poor"))
    interval = only(found("SCORE_CONTRADICTION", *facts))
    known = [str(each.meta.event_id) for each in history(*facts)]
    assert (interval.run.opened_on, interval.run.anchor) == (DAY, known[1])
    late = (decided("poor"), reviewed(day(5), 200))
    known = [str(each.meta.event_id) for each in history(*late)]
    (interval,) = found("SCORE_CONTRADICTION", *late)
    assert (interval.run.opened_on, interval.run.anchor) == (day(5), known[1])


def test_a_result_that_never_hung_out_did_so_for_no_day() -> None:
    interval = only(found("POSTING_SHORT", reviewed(day(-60)), decided()))
    assert interval.run.steps[0].details["days"] == 0


def test_a_target_on_who_cannot_work_opens_with_the_target_that_named_the_household() -> None:
    facts = (groups("no_working_capacity", on=day(-5)), target())
    interval = only(found("INCAPABLE_TARGETED", *facts))
    known = [each.meta.event_id for each in history(*facts)]
    assert (interval.run.opened_on, interval.run.anchor) == (DAY, str(known[1]))
    assert set(interval.run.steps[0].evidence) == set(known)


def test_a_meeting_that_was_not_held_had_nobody() -> None:
    details = only(found("NO_MEETING", reviewed(day(-9)), decided())).run.steps[0].details
    assert (details["agreed"], details["attendees"]) == (0, 0)
    held = (reviewed(day(-9)), met(day(-3), 9, 20), decided())
    details = only(found("NO_MEETING", *held)).run.steps[0].details
    assert (details["agreed"], details["attendees"]) == (9, 20)


def test_half_of_those_who_came_is_half_to_the_head() -> None:
    facts = (reviewed(day(-9)), decided())
    assert found("NO_MEETING", *facts, met(DAY, 99, 199))
    assert not found("NO_MEETING", *facts, met(DAY, 100, 199))
