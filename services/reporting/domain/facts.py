"""What a rule looks at: the facts of one household, corrected and in the order they were true."""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from operator import attrgetter
from typing import Any, Generic, TypeVar
from uuid import UUID

import msgspec

from shared.clock import vietnam_date
from shared.event import event_type, occurred_on
from shared.recorded import Actor, Recorded

E = TypeVar("E")

Order = tuple[date, datetime, str, int, int]
"""Facts are ordered by date, recording, source, position; never by arrival."""


class Fact(msgspec.Struct, Generic[E], frozen=True, gc=False):
    """One event after corrections, with the date on which it was true."""

    id: UUID
    on: date
    event: E
    order: Order
    actor: Actor
    stream_id: str = ""
    origin: str | None = None

    @property
    def recorded_at(self) -> datetime:
        """Give the instant at which we learned it."""
        return self.order[1]

    @property
    def recorded_on(self) -> date:
        """Give the business date on which it was recorded."""
        return vietnam_date(self.recorded_at)


_DAY_OF: dict[type[Any], Callable[[Any], date]] = {}
"""How each kind of event that was met says its day: looked up once, not for every event."""


def _day_of(event: object) -> date:
    found = _DAY_OF.get(type(event))
    if found is None:
        occurred_on(event)  # raises where it has none
        found = _DAY_OF[type(event)] = attrgetter(event_type(event).dated_by)
    return found(event)


def fact_of(recorded: Recorded) -> Fact[Any]:
    """Give the fact of an event whose corrections are applied."""
    meta, event = recorded.meta, recorded.event
    day = _day_of(event)
    order = (day, meta.recorded_at, meta.source, recorded.position or 0, meta.version)
    return Fact(meta.event_id, day, event, order, meta.actor, meta.stream_id, meta.origin)


def in_order(history: Iterable[Recorded]) -> list[Fact[Any]]:
    """Give the facts in the order in which they were true."""
    facts = [fact_of(recorded) for recorded in history]
    facts.sort(key=_order)
    return facts


def until(facts: Sequence[Fact[E]], day: date) -> Sequence[Fact[E]]:
    """Give the facts, in fact order, that were true by the end of a day."""
    if not facts or facts[-1].on <= day:
        return facts
    return facts[: bisect_right(facts, day, key=_on)]


def latest(*facts: Fact[Any] | None) -> Fact[Any] | None:
    """Give the latest in fact order of those that there are."""
    there = [fact for fact in facts if fact is not None]
    return max(there, key=_order) if there else None


def ids(facts: Iterable[Fact[Any]]) -> tuple[UUID, ...]:
    """Name the facts, in fact order."""
    found = list(facts)
    if len(found) > 1:
        found.sort(key=_order)
    return tuple([fact.id for fact in found])


def ids_of_both(one: Fact[Any], other: Fact[Any]) -> tuple[UUID, ...]:
    """Name two facts, in fact order; once where they are the same."""
    if one.id.int == other.id.int:
        return (one.id,)
    return (one.id, other.id) if one.order <= other.order else (other.id, one.id)


_order = attrgetter("order")
_on = attrgetter("on")
