"""Which facts about targets, plan items and supports a household's history can take in."""

from collections.abc import Mapping
from typing import TypeVar

from services.households import errors, events
from services.households.events import HouseholdEvent
from services.households.state import HouseholdState, PartState
from shared.decider import Malformed
from shared.event import event_type, occurred_on
from shared.fact import in_order
from shared.recorded import Actor

K = TypeVar("K")
_TARGET = "mục tiêu / target"
_ITEM = "việc / plan item"
_SUPPORT = "hỗ trợ / support"


def set_target(state: HouseholdState, fact: events.ExitTargetSet, _: Actor) -> None:
    """Set one target a year, and none for a year that is over."""
    known = state.targets.get(fact.year)
    if known is not None and known.is_open:
        raise errors.TargetAlreadySet(year=fact.year)
    if fact.set_on.year > fact.year:
        raise Malformed("/year", "out-of-order", "năm đã qua / the year was over on that day")


def withdraw_target(state: HouseholdState, fact: events.ExitTargetWithdrawn, _: Actor) -> None:
    """Withdraw a target that stands."""
    _end(state.targets, fact.year, _TARGET, fact)


def agree_item(state: HouseholdState, fact: events.PlanItemAgreed, _: Actor) -> None:
    """Agree on a plan item once, due after it was agreed."""
    _begin(state.items, fact.item_id)
    in_order("/due_on", fact.due_on, fact.agreed_on)


def complete_item(state: HouseholdState, fact: events.PlanItemCompleted, _: Actor) -> None:
    """Complete a plan item that is open."""
    _end(state.items, fact.item_id, _ITEM, fact)


def withdraw_item(state: HouseholdState, fact: events.PlanItemWithdrawn, _: Actor) -> None:
    """Withdraw a plan item that is open."""
    _end(state.items, fact.item_id, _ITEM, fact)


def entitle(state: HouseholdState, fact: events.SupportEntitled, _: Actor) -> None:
    """Entitle to a support once, due after that."""
    _begin(state.supports, fact.support_id)
    in_order("/due_on", fact.due_on, fact.entitled_on)


def deliver(state: HouseholdState, fact: events.SupportDelivered, _: Actor) -> None:
    """Deliver a support that is open."""
    _end(state.supports, fact.support_id, _SUPPORT, fact)


def withdraw_support(state: HouseholdState, fact: events.SupportWithdrawn, _: Actor) -> None:
    """Withdraw a support that is open."""
    _end(state.supports, fact.support_id, _SUPPORT, fact)


def _begin(parts: Mapping[K, PartState], key: K) -> None:
    if key in parts:
        raise errors.AlreadyRecorded(id=key)


def _end(parts: Mapping[K, PartState], key: K, what: str, fact: HouseholdEvent) -> None:
    part = parts.get(key)
    if part is None:
        raise errors.PartNotFound(what=what, id=key)
    if not part.is_open:
        raise errors.PartNotOpen(what=what, id=key)
    in_order(f"/{event_type(fact).dated_by}", occurred_on(fact), part.since)
