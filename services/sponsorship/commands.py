"""What may be asked about sponsors, assignments and models; already parsed and sealed."""

from datetime import date
from uuid import UUID

from services.sponsorship.events import Evidence
from shared.areas import Commune
from shared.event import command
from shared.money import Money
from shared.sealed import Sealed


@command
class RegisterSponsor:
    """Put a sponsor on the register."""

    sponsor_id: UUID
    kind: str
    name: str
    registered_on: date


@command
class DissolveSponsor:
    """Say that a sponsor is no more."""

    sponsor_id: UUID
    dissolved_on: date
    reason: Sealed


@command
class EraseSponsorData:
    """Destroy the key of a sponsor's personal data."""

    sponsor_id: UUID
    legal_basis: str
    occurred_on: date


@command
class AssignSponsor:
    """Make a sponsor answer for a household."""

    assignment_id: UUID
    household_id: UUID
    sponsor_id: UUID
    starts_on: date
    person_in_charge: str
    ends_on: date | None = None
    visit_every_days: int = 90
    goal: Sealed
    commune: Commune | None = None


@command
class RecordVisit:
    """Record what was seen at a visit."""

    assignment_id: UUID
    visit_id: UUID
    visited_on: date
    visitor: str
    progress: str
    note: Sealed | None = None
    note_ref: str | None = None
    evidence: tuple[Evidence, ...] = ()


@command
class PledgeSupport:
    """Promise something by a date."""

    assignment_id: UUID
    commitment_id: UUID
    pledged_on: date
    kind: str
    value: Money
    due_on: date


@command
class FulfilPledge:
    """Record that a promise was kept, or a part of it."""

    assignment_id: UUID
    commitment_id: UUID
    fulfilled_on: date
    value: Money
    evidence: tuple[Evidence, ...] = ()


@command
class WithdrawPledge:
    """Take a promise back."""

    assignment_id: UUID
    commitment_id: UUID
    withdrawn_on: date
    reason: Sealed


@command
class RaiseDifficulty:
    """Ask somebody to see to what stands in the way."""

    assignment_id: UUID
    difficulty_id: UUID
    raised_on: date
    category: str
    text: Sealed
    asked_of: str


@command
class ResolveDifficulty:
    """Record the answer of those who were asked."""

    assignment_id: UUID
    difficulty_id: UUID
    resolved_on: date
    outcome: Sealed


@command
class OfferHandover:
    """Ask another sponsor to take over."""

    assignment_id: UUID
    offered_on: date
    to_sponsor_id: UUID


@command
class AcceptHandover:
    """Take an assignment over."""

    assignment_id: UUID
    accepted_on: date
    person_in_charge: str
    answered_by: UUID | None = None
    """The sponsor whose people answer; None where an office records the answer."""


@command
class RefuseHandover:
    """Decline to take an assignment over."""

    assignment_id: UUID
    refused_on: date
    reason: Sealed
    answered_by: UUID | None = None
    """The sponsor whose people answer; None where an office records the answer."""


@command
class ChangePersonInCharge:
    """Let another person answer for the sponsor."""

    assignment_id: UUID
    since: date
    person_in_charge: str


@command
class EndAssignment:
    """Say that the sponsor answers for the household no longer."""

    assignment_id: UUID
    ended_on: date
    reason: Sealed


@command
class LaunchModel:
    """Begin a production model."""

    model_id: UUID
    launched_on: date
    name: str
    kind: str
    commune: Commune
    budget: Money


@command
class EnrolHousehold:
    """Take a household into a model."""

    model_id: UUID
    household_id: UUID
    enrolled_on: date
    support_value: Money


@command
class AssessOutcome:
    """Record what a model brought a household."""

    model_id: UUID
    household_id: UUID
    assessed_on: date
    result: str
    income_before: Money | None = None
    income_after: Money | None = None


@command
class CloseModel:
    """Say that a model is over."""

    model_id: UUID
    closed_on: date


SponsorCommand = RegisterSponsor | DissolveSponsor | EraseSponsorData
AssignmentCommand = (
    AssignSponsor
    | RecordVisit
    | PledgeSupport
    | FulfilPledge
    | WithdrawPledge
    | RaiseDifficulty
    | ResolveDifficulty
    | OfferHandover
    | AcceptHandover
    | RefuseHandover
    | ChangePersonInCharge
    | EndAssignment
)
ModelCommand = LaunchModel | EnrolHousehold | AssessOutcome | CloseModel
