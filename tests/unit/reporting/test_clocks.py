"""How long a clock runs with pauses, against counting one day after the other."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.reporting.domain.clocks import Clocks, Counts, Span, clocks_of_all
from shared.calendar import every_day, is_working_day
from tests.support.facts import day

CODE = "SOME_CODE"
counted = st.sampled_from([every_day, is_working_day])
spans = st.lists(
    st.tuples(st.integers(-5, 40), st.integers(0, 12)).map(
        lambda one: (day(one[0]), day(one[0] + one[1]))
    ),
    max_size=4,
)


def one_by_one(paused: list[Span], start: date, days: int, counts: Counts) -> date:
    on, counting = start, 0
    while counting <= days:
        on += timedelta(days=1)
        counting += counts(on) and not any(first <= on <= last for first, last in paused)
    return on


@settings(max_examples=100, deadline=None)
@given(spans, st.integers(0, 30), counted)
def test_a_clock_with_pauses_is_what_counting_day_by_day_gives(
    paused: list[Span], days: int, counts: Counts
) -> None:
    clocks = Clocks({CODE: tuple(sorted(paused))})
    expected = one_by_one(paused, day(0), days, counts)
    assert clocks.first_day_beyond(CODE, day(0), days, counts) == expected


@settings(max_examples=60, deadline=None)
@given(spans, spans, st.integers(0, 30))
def test_what_is_several_households_rests_while_it_rests_for_all(
    ones: list[Span], others: list[Span], days: int
) -> None:
    clocks = clocks_of_all([{CODE: tuple(sorted(ones))}, {CODE: tuple(sorted(others))}])
    both = [(max(first, start), min(last, end)) for first, last in ones for start, end in others]
    expected = one_by_one(both, day(0), days, every_day)
    assert clocks.first_day_beyond(CODE, day(0), days) == expected


@pytest.mark.parametrize("counts", [every_day, is_working_day], ids=["calendar", "working"])
@pytest.mark.parametrize(
    ("first", "last", "later"),
    [(-3, 0, 0), (-3, 1, 1), (3, 3, 1), (4, 9, 0), (1, 1, 1)],
    ids=["ended before", "its first day", "its last day", "begins after", "one day"],
)
def test_a_pause_counts_from_its_first_day_to_its_last(
    first: int, last: int, later: int, counts: Counts
) -> None:
    clocks = Clocks({CODE: ((day(first), day(last)),)})  # day(0) is a Monday
    assert clocks.first_day_beyond(CODE, day(0), 2, counts) == day(3 + later)
