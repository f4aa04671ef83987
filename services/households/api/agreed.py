"""What was agreed with a household and promised to it: who does what by when, and what was done."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from services.households import events

Opener = Callable[[Sequence[str | None]], list[str | None]]
"""Opens sealed texts, all with one look at the keys; None where one was erased."""


def plan_items(facts: Iterable[Any], opener: Opener) -> list[dict[str, Any]]:
    """Show the steps of the plan in the order in which they were agreed; null where erased."""
    items: dict[UUID, dict[str, Any]] = {}
    for fact in facts:
        match fact:
            case events.PlanItemAgreed():
                items[fact.item_id] = {
                    "item_id": str(fact.item_id),
                    "since": fact.agreed_on.isoformat(),
                    "is_open": True,
                    "action": fact.action,
                    "addresses": fact.addresses,
                    "responsible": fact.responsible,
                    "due_on": fact.due_on.isoformat(),
                    "completed_on": None,
                    "withdrawn_on": None,
                }
            case events.PlanItemCompleted(item_id=item, completed_on=day):
                items[item] |= _ended("completed_on", day)
            case events.PlanItemWithdrawn(item_id=item, withdrawn_on=day):
                items[item] |= _ended("withdrawn_on", day)
    actions = opener([item["action"] for item in items.values()])
    shown = zip(items.values(), actions, strict=True)
    return [item | {"action": action} for item, action in shown]


def supports(facts: Iterable[Any]) -> list[dict[str, Any]]:
    """Show what the household is entitled to, in order, and what it has got."""
    found: dict[UUID, dict[str, Any]] = {}
    for fact in facts:
        match fact:
            case events.SupportEntitled():
                found[fact.support_id] = {
                    "support_id": str(fact.support_id),
                    "since": fact.entitled_on.isoformat(),
                    "is_open": True,
                    "policy": fact.policy,
                    "due_on": fact.due_on.isoformat(),
                    "value": fact.value,
                    "delivered_on": None,
                    "delivered_value": None,
                    "withdrawn_on": None,
                }
            case events.SupportDelivered(support_id=support, delivered_on=day, value=value):
                found[support] |= _ended("delivered_on", day) | {"delivered_value": value}
            case events.SupportWithdrawn(support_id=support, withdrawn_on=day):
                found[support] |= _ended("withdrawn_on", day)
    return list(found.values())


def _ended(how: str, day: date) -> dict[str, Any]:
    return {"is_open": False, how: day.isoformat()}
