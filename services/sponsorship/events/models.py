"""Production models: what was launched, who took part, and what it brought them."""

from datetime import date
from uuid import UUID

from shared.areas import Commune
from shared.event import event
from shared.money import Money


@event("ModelLaunched", version=1, dated_by="launched_on", keyed_by="model_id")
class ModelLaunched:
    """A production model begins in a commune."""

    model_id: UUID
    launched_on: date
    name: str
    kind: str
    commune: Commune
    budget: Money


@event("HouseholdEnrolled", version=1, dated_by="enrolled_on")
class HouseholdEnrolled:
    """A household takes part in the model."""

    model_id: UUID
    household_id: UUID
    enrolled_on: date
    support_value: Money


@event("OutcomeAssessed", version=1, dated_by="assessed_on")
class OutcomeAssessed:
    """What the model has brought a household."""

    model_id: UUID
    household_id: UUID
    assessed_on: date
    result: str
    income_before: Money | None = None
    income_after: Money | None = None


@event("ModelClosed", version=1, dated_by="closed_on", keyed_by="model_id")
class ModelClosed:
    """The model is over, from that day on."""

    model_id: UUID
    closed_on: date
