"""Back-tests of the rules about the counts of a year: by what was known each day, and no more."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.households.events import ReviewScored
from services.reporting.backtests.changes import changed
from services.reporting.backtests.comparing import days_earlier, kinds_of, paired
from services.reporting.backtests.household_timeline import Period, Sighting, kinds_for, watch
from services.reporting.domain.rulebook import RULEBOOKS
from services.reporting.projections.annual_views import of_years, year_contributions
from services.reporting.queries.annual_at import COUNTING_TYPES
from services.reporting.rules import ANNUAL_RULES, COUNTED
from services.reporting.rules.bunching import fewest
from tests.support.backtesting import Log, SetRight, back_tested, by, recorded_on
from tests.support.facts import assigned, classified, disbursed, registered, uid
from tests.support.reviewing import reviewed

CODES = {rule.code for rule in ANNUAL_RULES}
BOOK = RULEBOOKS[-1]
SUMMER, AUTUMN, TURN = date(2025, 8, 1), date(2025, 10, 1), date(2025, 12, 15)
PERIOD = Period(date(2025, 11, 1), date(2026, 3, 31))
BELOW, ABOVE = 140, 141
FEW = {
    "BUNCHING": {"reviews": 2, "percent": 60, "false_percent": 100},
    "LENIENT_REVIEWER": {"reviews": 1, "percent": 60, "false_percent": 100},
}
"""Little enough that a handful of reviews decides."""


def seen(log: Log, changes: Any, period: Period = PERIOD) -> list[dict[UUID, Sighting]]:
    return back_tested(log, (BOOK, changed(BOOK, changes)), period, set(changes))


def crowd(below: int, above: int, on: date = AUTUMN) -> list[tuple[date, Any]]:
    events: list[tuple[date, Any]] = []
    for number, b1 in enumerate([BELOW] * below + [ABOVE] * above):
        home, review = uid(f"home {number}"), uid(f"review {number}")
        events.append((SUMMER, registered(SUMMER, home=home)))
        events.append((on, reviewed(AUTUMN, b1, home=home, review=review)))
    return events


def late(number: int, recorded: date) -> list[tuple[date, Any]]:
    home, review = uid(f"late {number}"), uid(f"late review {number}")
    scored = reviewed(AUTUMN, BELOW, home=home, review=review)
    return [(SUMMER, registered(SUMMER, home=home)), (recorded, scored)]


def test_with_fewer_reviews_to_judge_by_a_commune_more_is_found() -> None:
    before, after = seen(recorded_on(crowd(10, 0)), {"BUNCHING": {"reviews": 10}})
    assert before == {}
    (found,) = after.values()
    assert (found.shown.code, found.seen_on, found.shown.subject.ids) == (
        "BUNCHING",
        TURN,
        ("01864", "2025"),
    )
    assert len(found.shown.evidence) == 10


def test_a_review_recorded_late_is_not_counted_before() -> None:
    log = recorded_on([*crowd(15, 4), *late(1, date(2026, 1, 20))])
    (only,), (same,) = (each.values() for each in seen(log, {"BUNCHING": {"percent": 2}}))
    assert (only.seen_on, only.shown.opened_on) == (date(2026, 1, 20), TURN)
    assert kinds_of(only, same) == ("same",)


def test_it_tells_by_how_many_days_a_milder_limit_shows_it_earlier() -> None:
    log = recorded_on([*crowd(15, 5), *late(1, date(2026, 1, 20)), *late(2, date(2026, 1, 30))])
    ((before, after),) = paired(*seen(log, {"BUNCHING": {"percent": 3}}))
    assert before is not None
    assert after is not None
    assert (before.seen_on, after.seen_on) == (date(2026, 1, 30), TURN)
    assert (kinds_of(before, after), days_earlier(before, after)) == (("earlier",), 46)


def test_before_the_turn_of_the_year_nothing_is_seen() -> None:
    log = recorded_on(crowd(20, 0))
    for last, times in ((TURN - timedelta(days=1), 0), (TURN, 1)):
        period = Period(PERIOD.first, last)
        assert [len(each) for each in seen(log, {"BUNCHING": {"percent": 2}}, period)] == [
            times
        ] * 2


@pytest.mark.parametrize("code", sorted(CODES))
def test_a_rule_about_a_year_is_given_what_it_counts(code: str) -> None:
    assert kinds_for({code}) & COUNTED
    assert not kinds_for({"USE_CHECK_OVERDUE"}) & COUNTED


@pytest.mark.parametrize(
    ("reviews", "percent", "enough"),
    [(20, 1, (20, 16)), (1, 1, (7, 7)), (7, 1, (7, 7)), (1, 100, (1, 1)), (8, 1, (8, 8))],
)
def test_so_many_reviews_show_it_however_few_are_to_judge_by(
    reviews: int, percent: int, enough: tuple[int, int]
) -> None:
    limits = {"reviews": reviews, "percent": percent, "false_percent": 100}
    assert fewest(limits) == enough


@st.composite
def logs(draw: st.DrawFn) -> dict[UUID, list[Any]]:
    """Reviews of two communes, classified and corrected, each recorded up to two months late."""
    events: list[tuple[date, Any]] = []
    for number in range(draw(st.integers(2, 6))):
        home, review = uid(f"home {number}"), uid(f"review {number}")
        code = draw(st.sampled_from(["01864", "01936"]))
        events.append((SUMMER, registered(SUMMER, code=code, home=home)))
        on = draw(st.integers(0, 60).map(lambda days: date(2025, 11, 10) + timedelta(days=days)))
        on = min(on, date(2025, 12, 31))
        b1 = draw(st.sampled_from([BELOW, ABOVE]))
        by_whom = draw(st.sampled_from([("judge",), ("other",), ("judge", "other")]))
        delay = draw(st.integers(0, 60))
        events.append(
            (on + timedelta(days=delay), reviewed(on, b1, home=home, review=review, by=by_whom))
        )
        status = draw(st.sampled_from(["poor", "not_poor", None]))
        if status is not None:
            said = classified(status, on, home=home, review=review)
            events.append((on + timedelta(days=delay + draw(st.integers(0, 30))), said))
        if draw(st.booleans()):
            right = SetRight(home, ReviewScored, {"b1": draw(st.sampled_from([BELOW, ABOVE, 150]))})
            events.append((on + timedelta(days=delay + draw(st.integers(1, 40))), right))
    return recorded_on(events)


@settings(max_examples=30, deadline=None)
@given(logs(), st.integers(0, 150))
def test_cutting_the_log_changes_nothing_of_a_year_that_is_said_of_the_days_before(
    log: Log, number: int
) -> None:
    last = PERIOD.first + timedelta(days=number)
    whole, part = seen(log, FEW), seen(by(log, last), FEW, Period(PERIOD.first, last))
    for more, fewer in zip(whole, part, strict=True):
        there = {name: each for name, each in more.items() if each.seen_on <= last}
        assert {name: each.seen_on for name, each in there.items()} == {
            name: each.seen_on for name, each in fewer.items()
        }
        assert {name: each.shown for name, each in there.items()} == {
            name: each.shown for name, each in fewer.items()
        }


def test_the_events_that_counts_are_made_of_are_enough() -> None:
    home, review = uid("home 0"), uid("review 0")
    events = [
        *crowd(1, 0),
        (AUTUMN, classified("poor", AUTUMN, home=home, review=review)),
        (date(2026, 1, 5), SetRight(home, ReviewScored, {"b1": ABOVE})),
        (date(2026, 1, 9), assigned(AUTUMN, home=home)),
        (date(2026, 1, 12), disbursed(AUTUMN, home=home)),
    ]
    whole = recorded_on(events)[home]
    less = [each for each in whole if each.meta.type in COUNTING_TYPES]
    books = (BOOK, changed(BOOK, FEW))
    one, other = (
        watch(home, own, books, (lambda _: (), ()), PERIOD, CODES) for own in (whole, less)
    )
    assert len(less) == len(whole) - 1
    assert one == other
    assert {each.book for each in one.gave} == {0, 1}
    assert sorted({each.on for each in one.gave}) == [PERIOD.first, date(2026, 1, 5)]


@settings(max_examples=6, deadline=None)
@given(logs())
def test_a_year_is_seen_as_whoever_counted_every_day_would_have_seen_it(log: Log) -> None:
    book = changed(BOOK, FEW)
    slow: dict[UUID, date] = {}
    for number in range((PERIOD.last - PERIOD.first).days + 1):
        on = PERIOD.first + timedelta(days=number)
        given_: dict[tuple[str, str], list[Any]] = {}
        for key, own in by(log, on).items():
            for each in year_contributions(key, own):
                given_.setdefault((each.kind, each.subject), []).append(each)
        for shown in of_years(given_, book):
            if shown.shows_on(on):
                slow.setdefault(shown.finding_id, on)
    _, found = seen(log, FEW)
    assert {name: each.seen_on for name, each in found.items()} == slow
