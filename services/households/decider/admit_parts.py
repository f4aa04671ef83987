"""Which facts about targets, plan items and supports a household's history can take in."""

from collections.abc import Mapping
from datetime import date
from typing import TypeVar

from services.households import errors, events
from services.households.events import HouseholdEvent
from services.households.state import HouseholdState, PartState
from shared.decider import Malformed
from shared.fact import in_order

K = TypeVar("K")


def admit_part(state: HouseholdState, fact: HouseholdEvent) -> None:
    """Refuse to begin what is there, and to end what is not there or is done with."""
    match fact:
        case events.ExitTargetSet():
            _target(state, fact)
        case events.ExitTargetWithdrawn(year=year, withdrawn_on=day):
            _end(state.targets, year, day, "mục tiêu / target", "/withdrawn_on")
        case events.PlanItemAgreed(item_id=part, agreed_on=day):
            _begin(state.items, part)
            in_order("/due_on", fact.due_on, day)
        case events.PlanItemCompleted(item_id=part, completed_on=day):
            _end(state.items, part, day, "việc / plan item", "/completed_on")
        case events.PlanItemWithdrawn(item_id=part, withdrawn_on=day):
            _end(state.items, part, day, "việc / plan item", "/withdrawn_on")
        case events.SupportEntitled(support_id=part, entitled_on=day):
            _begin(state.supports, part)
            in_order("/due_on", fact.due_on, day)
        case events.SupportDelivered(support_id=part, delivered_on=day):
            _end(state.supports, part, day, "hỗ trợ / support", "/delivered_on")
        case events.SupportWithdrawn(support_id=part, withdrawn_on=day):
            _end(state.supports, part, day, "hỗ trợ / support", "/withdrawn_on")
        case _:
            pass


def _target(state: HouseholdState, fact: events.ExitTargetSet) -> None:
    known = state.targets.get(fact.year)
    if known is not None and known.is_open:
        raise errors.TargetAlreadySet(year=fact.year)
    if fact.set_on.year > fact.year:
        raise Malformed("/year", "out-of-order", "năm đã qua / the year was over on that day")


def _begin(parts: Mapping[K, PartState], key: K) -> None:
    if key in parts:
        raise errors.AlreadyRecorded(id=key)


def _end(parts: Mapping[K, PartState], key: K, day: date, what: str, pointer: str) -> None:
    part = parts.get(key)
    if part is None:
        raise errors.PartNotFound(what=what, id=key)
    if not part.is_open:
        raise errors.PartNotOpen(what=what, id=key)
    in_order(pointer, day, part.since)
