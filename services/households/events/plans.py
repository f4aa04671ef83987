"""What was aimed at, agreed and promised, and what came of it."""

from datetime import date
from uuid import UUID

from shared.event import event
from shared.money import Money
from shared.sealed import Sealed


@event("ExitTargetSet", version=1, dated_by="set_on")
class ExitTargetSet:
    """The household is to leave poverty (or become near-poor) in that year."""

    household_id: UUID
    set_on: date
    year: int
    to: str


@event("ExitTargetWithdrawn", version=1, dated_by="withdrawn_on")
class ExitTargetWithdrawn:
    """The target of that year was given up."""

    household_id: UUID
    year: int
    withdrawn_on: date
    reason: Sealed


@event("PlanItemAgreed", version=1, dated_by="agreed_on")
class PlanItemAgreed:
    """The household and somebody responsible agreed on a step out of poverty."""

    household_id: UUID
    agreed_on: date
    item_id: UUID
    action: Sealed
    addresses: str
    """The cause or the indicator that it is to mend."""
    responsible: str
    due_on: date


@event("PlanItemCompleted", version=1, dated_by="completed_on")
class PlanItemCompleted:
    """The step was taken."""

    household_id: UUID
    item_id: UUID
    completed_on: date
    note: Sealed | None = None


@event("PlanItemWithdrawn", version=1, dated_by="withdrawn_on")
class PlanItemWithdrawn:
    """The step will not be taken."""

    household_id: UUID
    item_id: UUID
    withdrawn_on: date
    reason: Sealed


@event("SupportEntitled", version=1, dated_by="entitled_on")
class SupportEntitled:
    """A policy owes the household something by a date."""

    household_id: UUID
    entitled_on: date
    support_id: UUID
    policy: str
    due_on: date
    value: Money | None = None


@event("SupportDelivered", version=1, dated_by="delivered_on")
class SupportDelivered:
    """The household has what it was entitled to."""

    household_id: UUID
    support_id: UUID
    delivered_on: date
    value: Money | None = None


@event("SupportWithdrawn", version=1, dated_by="withdrawn_on")
class SupportWithdrawn:
    """The household is not entitled to it any more."""

    household_id: UUID
    support_id: UUID
    withdrawn_on: date
    reason: Sealed
