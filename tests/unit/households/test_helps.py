"""Who answers for a household, and from which day until which."""

from datetime import date, timedelta
from typing import Any

from services.households.policies import Help, gone_on, helps
from services.sponsorship.events import REGISTRY
from shared.corrections import EventCorrected
from tests.support.facts import (
    DAY,
    HELP,
    HOME,
    Recorder,
    assigned,
    dissolved,
    ended,
    taken_over,
    uid,
    visited,
)

FIRST, SECOND = uid("sponsor"), uid("another sponsor")


def known(*facts: Any) -> list[Help]:
    recorder = Recorder()
    return helps([recorder.record(fact) for fact in facts])


def day(number: int) -> date:
    return DAY + timedelta(days=number)


def test_nobody_helps_before_somebody_is_assigned() -> None:
    assert known() == []


def test_a_sponsor_helps_from_the_first_day_with_no_end_known() -> None:
    assert known(assigned(DAY), visited(day(3))) == [Help(HELP, FIRST, DAY, date.max)]


def test_the_earlier_of_the_planned_and_the_recorded_end_counts() -> None:
    planned = assigned(DAY, until=day(10))
    assert known(planned) == [Help(HELP, FIRST, DAY, day(10))]
    assert known(planned, ended(day(4))) == [Help(HELP, FIRST, DAY, day(4))]


def test_who_takes_over_helps_from_that_day_and_the_first_no_longer() -> None:
    assert known(assigned(DAY), taken_over(day(4)), ended(day(9))) == [
        Help(HELP, FIRST, DAY, day(4)),
        Help(HELP, SECOND, day(4), day(9)),
    ]


def test_who_hands_over_on_the_first_day_never_helped() -> None:
    assert known(assigned(DAY), taken_over(DAY)) == [Help(HELP, SECOND, DAY, date.max)]


def test_an_assignment_that_ends_as_it_begins_is_none() -> None:
    assert known(assigned(DAY), ended(DAY)) == []


def test_two_assignments_of_a_household_stand_beside_each_other() -> None:
    other = uid("second assignment")
    found = known(assigned(DAY), assigned(day(1), help_=other), ended(day(2)))
    assert {one.assignment_id: one.until for one in found} == {HELP: day(2), other: date.max}


def test_an_end_that_was_annulled_is_none() -> None:
    recorder = Recorder()
    history = [recorder.record(fact) for fact in (assigned(DAY), ended(day(4)))]
    correction = EventCorrected(
        key=HOME,
        event_id=history[1].meta.event_id,
        reason="s1:x",
        annul=True,
        occurred_on=day(5),
    )
    stream = history[0].meta.stream_id
    history.append(recorder.record(correction, source=REGISTRY.source, stream=stream))
    assert helps(history) == [Help(HELP, FIRST, DAY, date.max)]


def test_a_sponsor_is_no_more_from_the_day_it_was_dissolved() -> None:
    recorder = Recorder()
    there = [recorder.record(assigned(DAY))]
    assert gone_on(there) is None
    assert gone_on([*there, recorder.record(dissolved(day(4)))]) == day(4)
