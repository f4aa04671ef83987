"""How an event is declared: past tense, frozen, with the name and version it is stored under."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar, dataclass_transform
from uuid import UUID

E = TypeVar("E")


@dataclass(frozen=True, slots=True)
class EventType:
    """What the store knows of a declared event."""

    name: str
    version: int
    dated_by: str
    keyed_by: str
    cls: type[Any]


_DECLARED = "__event_type__"


@dataclass_transform(frozen_default=True, kw_only_default=True)
def event(
    name: str, *, version: int = 1, dated_by: str = "occurred_on", keyed_by: str = "household_id"
) -> Callable[[type[E]], type[E]]:
    """Declare an event; the stored name outlives the class name.

    `dated_by` names the field that says when it was true, `keyed_by` the id that orders it.
    """

    def declare(cls: type[E]) -> type[E]:
        frozen = dataclass(frozen=True, slots=True, kw_only=True)(cls)
        setattr(frozen, _DECLARED, EventType(name, version, dated_by, keyed_by, frozen))
        return frozen

    return declare


@dataclass_transform(frozen_default=True, kw_only_default=True)
def command(cls: type[E]) -> type[E]:
    """Declare a command: imperative, already parsed, frozen."""
    return dataclass(frozen=True, slots=True, kw_only=True)(cls)


def event_type(of: object) -> EventType:
    """Give the declaration of an event or of an event class; TypeError where there is none."""
    declared = getattr(of, _DECLARED, None)
    if not isinstance(declared, EventType):
        raise TypeError(f"{of!r} is not a declared event")
    return declared


def occurred_on(fact: object) -> date:
    """Give the business date on which the fact was true."""
    day = getattr(fact, event_type(fact).dated_by)
    if not isinstance(day, date):
        raise TypeError(f"{fact!r} carries no date")
    return day


def key_of(fact: object) -> UUID:
    """Give the id by which the fact is ordered on every topic."""
    key = getattr(fact, event_type(fact).keyed_by)
    if not isinstance(key, UUID):
        raise TypeError(f"{fact!r} carries no key")
    return key
