"""One sponsor, one household: what was promised, seen and done."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from shared.areas import Commune
from shared.event import event
from shared.money import Money
from shared.sealed import Sealed


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """A file that shows it, named by its hash."""

    sha256: str
    kind: str


@event("SponsorAssigned", version=1, dated_by="starts_on")
class SponsorAssigned:
    """A sponsor answers for a household from that day on."""

    assignment_id: UUID
    household_id: UUID
    sponsor_id: UUID
    starts_on: date
    person_in_charge: str
    ends_on: date | None = None
    visit_every_days: int = 90
    goal: Sealed
    commune: Commune | None = None
    """Where the household was said or known to be; None where it was not known."""


@event("VisitRecorded", version=1, dated_by="visited_on")
class VisitRecorded:
    """Somebody went there and saw how the household is doing."""

    assignment_id: UUID
    household_id: UUID
    visit_id: UUID
    visited_on: date
    visitor: str
    progress: str
    note: Sealed | None = None
    note_ref: str | None = None
    """`h1:…` of a note of 40 characters and more: the same for the same words."""
    evidence: tuple[Evidence, ...] = ()


@event("SupportPledged", version=1, dated_by="pledged_on")
class SupportPledged:
    """The sponsor promised something by a date."""

    assignment_id: UUID
    household_id: UUID
    commitment_id: UUID
    pledged_on: date
    kind: str
    value: Money
    due_on: date


@event("PledgeFulfilled", version=1, dated_by="fulfilled_on")
class PledgeFulfilled:
    """The household has what was promised, or a part of it."""

    assignment_id: UUID
    household_id: UUID
    commitment_id: UUID
    fulfilled_on: date
    value: Money
    evidence: tuple[Evidence, ...] = ()


@event("PledgeWithdrawn", version=1, dated_by="withdrawn_on")
class PledgeWithdrawn:
    """The promise stands no longer."""

    assignment_id: UUID
    household_id: UUID
    commitment_id: UUID
    withdrawn_on: date
    reason: Sealed


@event("DifficultyRaised", version=1, dated_by="raised_on")
class DifficultyRaised:
    """Something stands in the way, and somebody was asked to see to it."""

    assignment_id: UUID
    household_id: UUID
    difficulty_id: UUID
    raised_on: date
    category: str
    text: Sealed
    asked_of: str


@event("DifficultyResolved", version=1, dated_by="resolved_on")
class DifficultyResolved:
    """Those who were asked have answered."""

    assignment_id: UUID
    household_id: UUID
    difficulty_id: UUID
    resolved_on: date
    outcome: Sealed


@event("HandoverOffered", version=1, dated_by="offered_on")
class HandoverOffered:
    """The sponsor asks another one to take over."""

    assignment_id: UUID
    household_id: UUID
    offered_on: date
    to_sponsor_id: UUID


@event("HandoverAccepted", version=1, dated_by="accepted_on")
class HandoverAccepted:
    """The other one is the sponsor from that day on; the visits are counted anew."""

    assignment_id: UUID
    household_id: UUID
    accepted_on: date
    sponsor_id: UUID
    """The sponsor that took over."""
    person_in_charge: str


@event("HandoverRefused", version=1, dated_by="refused_on")
class HandoverRefused:
    """The other one does not take over."""

    assignment_id: UUID
    household_id: UUID
    refused_on: date
    reason: Sealed


@event("PersonInChargeChanged", version=1, dated_by="since")
class PersonInChargeChanged:
    """Another person answers for the sponsor from that day on (`from` in the request)."""

    assignment_id: UUID
    household_id: UUID
    since: date
    person_in_charge: str


@event("AssignmentEnded", version=1, dated_by="ended_on")
class AssignmentEnded:
    """The sponsor answers for the household no longer, from that day on."""

    assignment_id: UUID
    household_id: UUID
    ended_on: date
    reason: Sealed
