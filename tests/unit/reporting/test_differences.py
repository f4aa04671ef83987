"""What two points in time show differently, and the fewest events that make it so."""

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import combinations
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from services.reporting.detection.query import Sight, Times
from services.reporting.domain import rulebook
from services.reporting.queries.comparison.minimal_cause import FEW, Difference, differences, least
from services.reporting.queries.comparison.side import Reader, Side
from shared.areas import Scope
from shared.corrections import EventCorrected
from shared.recorded import Recorded
from tests.reporting.test_convergence import life
from tests.support.facts import (
    DAY,
    HOME,
    LAST_SPRING,
    LOAN,
    Recorder,
    applied,
    day,
    disbursed,
    inspected,
    registered,
    uid,
)

EVERYBODY = Reader(sight=Sight(everything=True), scope=Scope(frozenset(), everything=True))
LATE = day(60)


def recorded(*facts: Any) -> list[Recorded]:
    recorder = Recorder()
    return [recorder.record(fact) for fact in facts]


def side(
    history: Sequence[Recorded],
    valid_at: date = LATE,
    known_at: datetime | None = None,
    home: UUID = HOME,
    rules_at: date | None = None,
) -> Side:
    times = Times(valid_at=valid_at, known_at=known_at, rules_at=rules_at)
    histories: dict[UUID, list[Recorded]] = {home: []}
    for each in history:
        histories.setdefault(each.meta.key, []).append(each)
    return Side(home, times, histories, (), EVERYBODY)


def found(before: Side, after: Side) -> dict[str, Difference]:
    return {each.what: each for each in differences(before, after)}


def finding(told: dict[str, Difference], code: str) -> Difference:
    return next(
        each
        for each in told.values()
        if each.what.startswith("findings/") and (each.after or each.before)["code"] == code
    )


def types(difference: Difference) -> list[str]:
    return [each.meta.type for each in difference.events]


def test_the_same_point_twice_shows_no_difference() -> None:
    history = recorded(registered(LAST_SPRING), applied(on=LAST_SPRING), disbursed())
    assert differences(side(history), side(history)) == []


def test_what_was_learned_in_between_is_the_event_that_brought_it() -> None:
    history = recorded(
        registered(LAST_SPRING), applied(on=LAST_SPRING), disbursed(), inspected(day(5), wrong=9)
    )
    then = history[-1].meta.recorded_at - timedelta(microseconds=1)
    told = finding(found(side(history, known_at=then), side(history)), "WRONG_PURPOSE")
    assert (told.before, told.after["status"]) == (None, "open")
    assert types(told) == ["LoanUseInspected"]
    assert told.times == ("known_at",)


def test_what_only_time_brought_is_laid_to_the_event_whose_clock_ran_out() -> None:
    history = recorded(registered(LAST_SPRING), applied(on=LAST_SPRING), disbursed())
    told = finding(found(side(history, DAY), side(history, LATE)), "USE_CHECK_OVERDUE")
    assert types(told) == ["LoanDisbursed"]
    assert told.times == ("valid_at",)


def test_a_correction_that_changed_the_past_is_named() -> None:
    recorder = Recorder()
    registration, paid = registered(LAST_SPRING), disbursed()
    history = [recorder.record(each) for each in (registration, applied(on=LAST_SPRING), paid)]
    annulled = EventCorrected(
        key=HOME, event_id=history[-1].meta.event_id, reason="s1:x", annul=True, occurred_on=LATE
    )
    known_at = recorder.now
    history.append(recorder.record(annulled, source="loans", stream=f"loan-{LOAN}"))
    told = found(side(history, known_at=known_at), side(history))[f"loans/{LOAN}"]
    assert (told.before["disbursed"], told.after["disbursed"]) == (50_000_000, 0)
    assert types(told) == ["EventCorrected"]


STRICTER = replace(
    rulebook.RULEBOOKS[-1],
    version=rulebook.RULEBOOKS[-1].version + 1,
    valid_from=day(60),
    parameters={
        **rulebook.RULEBOOKS[-1].parameters,
        "WRONG_PURPOSE": {"high_from_percent": 1, "critical_from_percent": 2},
        "SHARED_PAYEE": {"households": 3, "within_days": 30, "critical_from": 4},
    },
)


@pytest.fixture
def two_rulebooks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Other numbers are in force from a day on."""
    monkeypatch.setattr(rulebook, "RULEBOOKS", (*rulebook.RULEBOOKS, STRICTER))


@pytest.mark.usefixtures("two_rulebooks")
def test_what_another_rulebook_sees_is_laid_to_the_event_it_sees_so() -> None:
    history = recorded(
        registered(LAST_SPRING),
        applied(on=LAST_SPRING),
        disbursed(),
        inspected(day(5), wrong=5_000_000),
    )
    then, now = day(10), day(60)
    told = found(side(history, rules_at=then), side(history, rules_at=now))
    (wrong,) = told.values()
    assert (wrong.before["severity"], wrong.after["severity"]) == ("medium", "critical")
    assert types(wrong) == ["LoanUseInspected"]
    assert wrong.times == ("rules_at",)


@pytest.mark.usefixtures("two_rulebooks")
@given(st.integers(0, 10_000), st.data())
@settings(
    max_examples=30,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_without_the_events_there_is_no_difference_and_no_fewer_erase_it(
    seed: int, data: st.DataObject
) -> None:
    home, chance = uid(f"home {seed % 7}"), random.Random(seed)
    # somebody else may be paid to the same account
    history = recorded(*life(seed % 7, chance), *life(7, chance))
    instants = [each.meta.recorded_at for each in history]
    days = st.integers(-30, 260).map(day)

    def point() -> Side:
        known_at = data.draw(st.sampled_from([None, *instants]))
        return side(history, data.draw(days), known_at, home, data.draw(st.none() | days))

    before, after = point(), point()
    for each in differences(before, after):
        events = [one.meta.event_id for one in each.events]
        assert events
        assert not differs(each.what, before, after, frozenset(events))
        for size in range(len(events) if len(events) <= FEW else 1):
            for part in combinations(events, size):
                assert differs(each.what, before, after, frozenset(part))


def differs(what: str, before: Side, after: Side, without: frozenset[UUID]) -> bool:
    return bool(before.told(without).get(what) != after.told(without).get(what))


@given(st.sets(st.integers(0, 7), min_size=1), st.booleans())
@example(needed=set(range(7)), either=False)
@settings(max_examples=40, deadline=None)
def test_the_least_set_is_the_one_that_is_needed(needed: set[int], either: bool) -> None:
    ids = [uid(f"event {number}") for number in range(8)]
    wanted = {ids[number] for number in needed}

    def erases(without: frozenset[UUID]) -> bool:
        return bool(wanted & without) if either else wanted <= without

    chosen = set(least(ids, erases))
    assert erases(frozenset(chosen))
    assert chosen == ({max(wanted, key=ids.index)} if either else wanted)


def test_of_events_that_undo_each_other_the_fewest_are_named() -> None:
    ids = [uid(f"event {number}") for number in range(5)]

    def erases(without: frozenset[UUID]) -> bool:
        # all of them, or the first and the last; any three or four of them not
        return len(without) == 5 or without == {ids[0], ids[4]}

    assert least(ids, erases) == [ids[0], ids[4]]


def test_what_no_event_can_erase_is_laid_to_none() -> None:
    assert least([uid("event")], lambda _: False) == []
