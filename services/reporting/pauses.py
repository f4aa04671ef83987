"""Pauses of clocks: from what was recorded of each to the days that it takes out. Pure."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from services.reporting.clocks import Pause
from services.reporting.events import ClocksPaused, PauseEnded
from services.reporting.facts import Fact, in_order
from shared.areas import EVERYWHERE, Area, Scope
from shared.calendar import DAY
from shared.recorded import Recorded


def pauses(history: Iterable[Recorded]) -> tuple[Pause, ...]:
    """Give the pauses of a history, by id; from `ended_on` on the days count again."""
    begun: dict[UUID, Fact[ClocksPaused]] = {}
    ended: dict[UUID, date] = {}
    for fact in in_order(history):
        if isinstance(fact.event, ClocksPaused):
            begun[fact.event.pause_id] = fact
        elif isinstance(fact.event, PauseEnded):
            ended[fact.event.pause_id] = fact.on
    return tuple(
        Pause(
            pause_id=key,
            codes=frozenset(begun[key].event.codes),
            scope=_scope(begun[key].event),
            first=begun[key].on,
            last=min(begun[key].event.until, ended.get(key, date.max) - DAY),
        )
        for key in sorted(begun)
    )


def _scope(event: ClocksPaused) -> Scope:
    if not event.areas:
        return EVERYWHERE
    return Scope.of(Area(each.code, Area.parse(each.code).level, each.on) for each in event.areas)
