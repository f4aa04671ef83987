"""Pauses of clocks: from what was recorded of each to the days that it takes out. Pure."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from services.reporting.domain.clocks import Pause
from services.reporting.domain.facts import in_order
from services.reporting.events import ClocksPaused, PauseEnded
from shared.areas import EVERYWHERE, Area, Scope
from shared.calendar import DAY
from shared.recorded import Recorded


def recorded_pauses(history: Iterable[Recorded]) -> list[tuple[ClocksPaused, date | None]]:
    """Give the pauses of a history with the day on which each was ended early, by their start."""
    begun: dict[UUID, ClocksPaused] = {}
    ended: dict[UUID, date] = {}
    for fact in in_order(history):
        if isinstance(fact.event, ClocksPaused):
            begun[fact.event.pause_id] = fact.event
        elif isinstance(fact.event, PauseEnded):
            ended[fact.event.pause_id] = fact.on
    keys = sorted(begun, key=lambda key: (begun[key].starts_on, key))
    return [(begun[key], ended.get(key)) for key in keys]


def pauses(history: Iterable[Recorded]) -> tuple[Pause, ...]:
    """Give the days that pauses take out; from `ended_on` on they count again."""
    return tuple(
        Pause(
            pause_id=begun.pause_id,
            codes=frozenset(begun.codes),
            scope=_scope(begun),
            first=begun.starts_on,
            last=begun.until if ended_on is None else min(begun.until, ended_on - DAY),
        )
        for begun, ended_on in recorded_pauses(history)
    )


def _scope(event: ClocksPaused) -> Scope:
    if not event.areas:
        return EVERYWHERE
    return Scope.of(Area(each.code, Area.parse(each.code).level, each.on) for each in event.areas)
