"""A pause is made once, ended once, and never before it began."""

from typing import Any

from services.reporting.commands import EndPause, PauseClocks
from services.reporting.decider import PAUSE
from services.reporting.errors import AlreadyClosed, AlreadyExists, NotFound
from services.reporting.events import ClocksPaused, PauseEnded
from tests.support.facts import SEALED, day
from tests.support.given import Answer, an_id, given

ID = an_id("pause")
FIELDS: dict[str, Any] = {
    "pause_id": ID,
    "starts_on": day(5),
    "until": day(9),
    "reason": SEALED,
    "areas": (),
    "codes": ("PLAN_ITEM_OVERDUE",),
}
PAUSED = ClocksPaused(**FIELDS)


def paused(*facts: Any, **more: Any) -> Answer:
    return given(PAUSE, *facts).when(PauseClocks(**FIELDS | more))


def ended(*facts: Any, days: int = 7) -> Answer:
    return given(PAUSE, *facts).when(EndPause(pause_id=ID, ended_on=day(days)))


def test_a_pause_is_of_one_day_at_least() -> None:
    paused().then(PAUSED)
    assert paused(until=day(5)).then_happened(ClocksPaused).until == day(5)
    paused(until=day(4)).then_malformed("/until", "out-of-order")


def test_the_same_pause_is_not_made_twice() -> None:
    paused(PAUSED).then_refused(AlreadyExists, "already-exists")


def test_a_pause_ends_from_its_first_day_on() -> None:
    ended(PAUSED).then(PauseEnded(pause_id=ID, ended_on=day(7)))
    assert ended(PAUSED, days=5).then_happened(PauseEnded).ended_on == day(5)
    ended(PAUSED, days=4).then_malformed("/ended_on", "out-of-order")


def test_a_pause_ends_once_and_only_if_there_is_one() -> None:
    ended().then_refused(NotFound, "not-found")
    ended(PAUSED, PauseEnded(pause_id=ID, ended_on=day(6))).then_refused(AlreadyClosed)
