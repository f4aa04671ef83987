"""What has happened between sponsors and households: the published language of this service."""

from services.sponsorship.events.assignments import (
    AssignmentEnded,
    DifficultyRaised,
    DifficultyResolved,
    Evidence,
    HandoverAccepted,
    HandoverOffered,
    HandoverRefused,
    PersonInChargeChanged,
    PledgeFulfilled,
    PledgeWithdrawn,
    SponsorAssigned,
    SupportPledged,
    VisitRecorded,
)
from services.sponsorship.events.models import (
    HouseholdEnrolled,
    ModelClosed,
    ModelLaunched,
    OutcomeAssessed,
)
from services.sponsorship.events.sponsors import (
    PersonalDataErased,
    SponsorDissolved,
    SponsorRegistered,
)
from shared.codec import Registry
from shared.corrections import EventCorrected

EVENTS = (
    SponsorRegistered,
    SponsorDissolved,
    PersonalDataErased,
    SponsorAssigned,
    VisitRecorded,
    SupportPledged,
    PledgeFulfilled,
    PledgeWithdrawn,
    DifficultyRaised,
    DifficultyResolved,
    HandoverOffered,
    HandoverAccepted,
    HandoverRefused,
    PersonInChargeChanged,
    AssignmentEnded,
    ModelLaunched,
    HouseholdEnrolled,
    OutcomeAssessed,
    ModelClosed,
    EventCorrected,
)

SponsorEvent = SponsorRegistered | SponsorDissolved | PersonalDataErased
AssignmentEvent = (
    SponsorAssigned
    | VisitRecorded
    | SupportPledged
    | PledgeFulfilled
    | PledgeWithdrawn
    | DifficultyRaised
    | DifficultyResolved
    | HandoverOffered
    | HandoverAccepted
    | HandoverRefused
    | PersonInChargeChanged
    | AssignmentEnded
)
ModelEvent = ModelLaunched | HouseholdEnrolled | OutcomeAssessed | ModelClosed

REGISTRY = Registry("sponsorship", EVENTS)

__all__ = [
    "EVENTS",
    "REGISTRY",
    "AssignmentEnded",
    "AssignmentEvent",
    "DifficultyRaised",
    "DifficultyResolved",
    "EventCorrected",
    "Evidence",
    "HandoverAccepted",
    "HandoverOffered",
    "HandoverRefused",
    "HouseholdEnrolled",
    "ModelClosed",
    "ModelEvent",
    "ModelLaunched",
    "OutcomeAssessed",
    "PersonInChargeChanged",
    "PersonalDataErased",
    "PledgeFulfilled",
    "PledgeWithdrawn",
    "SponsorAssigned",
    "SponsorDissolved",
    "SponsorEvent",
    "SponsorRegistered",
    "SupportPledged",
    "VisitRecorded",
]
