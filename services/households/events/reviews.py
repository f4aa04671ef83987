"""How it was found out and decided whether a household is poor."""

from datetime import date
from uuid import UUID

from shared.event import event
from shared.sealed import Sealed


@event("ReviewScored", version=1, dated_by="scored_on")
class ReviewScored:
    """The reviewers filled in the forms and added the points up."""

    household_id: UUID
    review_id: UUID
    year: int
    kind: str
    b1: int
    b2: int
    deprivations: tuple[str, ...] = ()
    scored_on: date
    reviewer_ids: tuple[str, ...]
    area_type: str
    standard: str | None = None
    """The poverty standard in force on that day; None where it is not on file."""


@event("VillageMeetingHeld", version=1, dated_by="held_on")
class VillageMeetingHeld:
    """The village met about the result."""

    household_id: UUID
    review_id: UUID
    held_on: date
    attendees: int
    agreed: int


@event("ResultPosted", version=1, dated_by="posted_on")
class ResultPosted:
    """The result hangs on the notice board for everybody to see."""

    household_id: UUID
    review_id: UUID
    posted_on: date
    posted_until: date


@event("ComplaintFiled", version=1, dated_by="filed_on")
class ComplaintFiled:
    """Somebody does not agree with the result."""

    household_id: UUID
    review_id: UUID
    filed_on: date
    complaint_id: UUID
    text: Sealed


@event("ResultReverified", version=1, dated_by="done_on")
class ResultReverified:
    """The points were added up again, on a complaint or a refusal of the meeting."""

    household_id: UUID
    review_id: UUID
    done_on: date
    b1: int
    b2: int


@event("HouseholdClassified", version=1, dated_by="decided_on")
class HouseholdClassified:
    """The decision that gives the household its status from `effective_from` on."""

    household_id: UUID
    decided_on: date
    status: str
    decision_no: str
    effective_from: date
    decided_by: str
    review_id: UUID | None = None
    departure_reason: str | None = None
    """Why the status is not the one that the scores give."""
