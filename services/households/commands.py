"""What may be asked of the register of households; already parsed, places and sealing included."""

from datetime import date
from uuid import UUID

from services.households.events import Member
from shared.areas import Commune
from shared.event import command
from shared.money import Money
from shared.sealed import Sealed


@command
class RegisterHousehold:
    """Put a household on the register."""

    household_id: UUID
    commune: Commune
    village: str
    area_type: str
    head: Member
    members: tuple[Member, ...] = ()
    ethnicity: str | None = None
    registered_on: date
    split_from: UUID | None = None


@command
class AddMember:
    """Take somebody into the household."""

    household_id: UUID
    member: Member
    joined_on: date


@command
class RemoveMember:
    """Say that somebody belongs to the household no longer."""

    household_id: UUID
    member_id: UUID
    left_on: date
    reason: str


@command
class ChangeHead:
    """Let another member speak for the household."""

    household_id: UUID
    member_id: UUID
    since: date


@command
class MoveHousehold:
    """Say that the household lives elsewhere."""

    household_id: UUID
    commune: Commune
    village: str
    area_type: str
    moved_on: date


@command
class CloseHousehold:
    """Say that the household is no more."""

    household_id: UUID
    closed_on: date
    reason: str
    into_household_id: UUID | None = None


@command
class SetGroups:
    """Say in which groups the household is."""

    household_id: UUID
    groups: tuple[str, ...]
    occurred_on: date


@command
class SetCauses:
    """Say why the household is poor."""

    household_id: UUID
    causes: tuple[str, ...]
    note: Sealed | None = None
    occurred_on: date


@command
class ErasePersonalData:
    """Destroy the key of a person's data."""

    household_id: UUID
    person: UUID
    legal_basis: str
    occurred_on: date


@command
class ScoreReview:
    """Record the points of a review."""

    household_id: UUID
    review_id: UUID
    year: int
    kind: str
    b1: int
    b2: int
    deprivations: tuple[str, ...] = ()
    scored_on: date
    reviewer_ids: tuple[str, ...]
    area_type: str | None = None
    """None: that of the household's place on that day."""


@command
class HoldMeeting:
    """Record the village meeting about a review."""

    household_id: UUID
    review_id: UUID
    held_on: date
    attendees: int
    agreed: int


@command
class PostResult:
    """Hang the result of a review on the notice board."""

    household_id: UUID
    review_id: UUID
    posted_on: date
    posted_until: date


@command
class FileComplaint:
    """Record that somebody does not agree with a result."""

    household_id: UUID
    review_id: UUID
    filed_on: date
    complaint_id: UUID
    text: Sealed


@command
class ReverifyResult:
    """Record the points added up again."""

    household_id: UUID
    review_id: UUID
    done_on: date
    b1: int
    b2: int


@command
class ClassifyHousehold:
    """Decide the status of a household."""

    household_id: UUID
    decided_on: date
    status: str
    decision_no: str
    effective_from: date
    decided_by: str
    review_id: UUID | None = None
    departure_reason: str | None = None


@command
class SetExitTarget:
    """Aim at leaving poverty in a year."""

    household_id: UUID
    set_on: date
    year: int
    to: str


@command
class WithdrawExitTarget:
    """Give up the target of a year."""

    household_id: UUID
    year: int
    withdrawn_on: date
    reason: Sealed


@command
class AgreePlanItem:
    """Agree on a step out of poverty."""

    household_id: UUID
    agreed_on: date
    item_id: UUID
    action: Sealed
    addresses: str
    responsible: str
    due_on: date


@command
class CompletePlanItem:
    """Record that a step was taken."""

    household_id: UUID
    item_id: UUID
    completed_on: date
    note: Sealed | None = None


@command
class WithdrawPlanItem:
    """Say that a step will not be taken."""

    household_id: UUID
    item_id: UUID
    withdrawn_on: date
    reason: Sealed


@command
class EntitleSupport:
    """Record what a policy owes the household."""

    household_id: UUID
    entitled_on: date
    support_id: UUID
    policy: str
    due_on: date
    value: Money | None = None


@command
class DeliverSupport:
    """Record that the household has what it was entitled to."""

    household_id: UUID
    support_id: UUID
    delivered_on: date
    value: Money | None = None


@command
class WithdrawSupport:
    """Say that the household is not entitled any more."""

    household_id: UUID
    support_id: UUID
    withdrawn_on: date
    reason: Sealed


HouseholdCommand = (
    RegisterHousehold
    | AddMember
    | RemoveMember
    | ChangeHead
    | MoveHousehold
    | CloseHousehold
    | SetGroups
    | SetCauses
    | ErasePersonalData
    | ScoreReview
    | HoldMeeting
    | PostResult
    | FileComplaint
    | ReverifyResult
    | ClassifyHousehold
    | SetExitTarget
    | WithdrawExitTarget
    | AgreePlanItem
    | CompletePlanItem
    | WithdrawPlanItem
    | EntitleSupport
    | DeliverSupport
    | WithdrawSupport
)
