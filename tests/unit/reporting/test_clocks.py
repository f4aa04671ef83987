"""How long a clock runs with pauses, against counting one day after the other."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.reporting.domain.clocks import (
    Clocks,
    Counts,
    Pause,
    Span,
    clocks_for,
    clocks_of_all,
)
from services.reporting.domain.dossier import fold
from services.reporting.domain.pauses import pauses
from services.reporting.events import ClocksPaused, PauseEnded
from services.sponsorship.events import DifficultyResolved
from shared.areas import Area, Commune, Scope, commune_on
from shared.calendar import every_day, is_working_day
from tests.support.facts import DAY, HELP, HOME, Recorder, assigned, day, history, uid

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


def test_a_pause_counts_only_on_the_days_on_which_the_household_lived_there() -> None:
    here, there = commune_on("01864", DAY), commune_on("01879", DAY)
    assert isinstance(here, Commune)
    assert isinstance(there, Commune)
    paused = Pause(
        pause_id=uid("pause"),
        codes=frozenset({CODE}),
        scope=Scope.of([Area("01864", "commune", DAY)]),
        first=day(5),
        last=day(20),
    )
    stayed, moved = [(day(0), here)], [(day(0), here), (day(10), there)]
    back = [*moved, (day(15), here)]
    assert clocks_for(stayed, [paused]).spans == {CODE: ((day(5), day(20)),)}
    assert clocks_for(moved, [paused]).spans == {CODE: ((day(5), day(9)),)}
    assert clocks_for(back, [paused]).spans == {CODE: ((day(5), day(9)), (day(15), day(20)))}
    assert clocks_for([(day(0), there)], [paused]).spans == {}


@pytest.mark.parametrize(
    ("ended", "last"),
    [(None, 20), (21, 20), (20, 19), (6, 5)],
    ids=["not", "then", "day", "soon"],
)
def test_from_the_day_on_which_a_pause_ended_days_count_again(ended: int | None, last: int) -> None:
    recorder = Recorder()
    begun = ClocksPaused(
        pause_id=uid("pause"),
        starts_on=day(5),
        until=day(20),
        reason="s1:none",
        areas=(),
        codes=(CODE,),
    )
    events: list[Any] = [begun]
    if ended is not None:
        events.append(PauseEnded(pause_id=begun.pause_id, ended_on=day(ended)))
    stream = f"pause-{begun.pause_id}"
    recorded = [recorder.record(each, source="reporting", stream=stream) for each in events]
    (pause,) = pauses(recorded)
    assert (pause.first, pause.last) == (day(5), day(last))


def test_facts_about_one_part_are_told_by_all_that_names_it() -> None:
    resolved = DifficultyResolved(
        assignment_id=HELP,
        household_id=HOME,
        difficulty_id=uid("difficulty"),
        resolved_on=day(3),
        outcome="s1:none",
    )
    (case,) = fold(HOME, history(assigned(), resolved)).assignments
    assert case.days_of(DifficultyResolved, difficulty_id=uid("difficulty")) == [day(3)]
    part = uid("difficulty")
    assert case.days_of(DifficultyResolved, difficulty_id=part, assignment_id=HELP) == [day(3)]
    assert case.days_of(DifficultyResolved, difficulty_id=part, assignment_id=HOME) == []
