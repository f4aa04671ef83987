"""What has happened to households: the published language of this service."""

from services.households.events.people import (
    HeadChanged,
    HouseholdClosed,
    HouseholdGroupsSet,
    HouseholdMoved,
    HouseholdRegistered,
    Member,
    MemberJoined,
    MemberLeft,
    PersonalDataErased,
    PovertyCausesSet,
)
from services.households.events.plans import (
    ExitTargetSet,
    ExitTargetWithdrawn,
    PlanItemAgreed,
    PlanItemCompleted,
    PlanItemWithdrawn,
    SupportDelivered,
    SupportEntitled,
    SupportWithdrawn,
)
from services.households.events.reviews import (
    ComplaintFiled,
    HouseholdClassified,
    ResultPosted,
    ResultReverified,
    ReviewScored,
    VillageMeetingHeld,
)
from shared.codec import Registry
from shared.corrections import EventCorrected

EVENTS = (
    HouseholdRegistered,
    MemberJoined,
    MemberLeft,
    HeadChanged,
    HouseholdMoved,
    HouseholdClosed,
    HouseholdGroupsSet,
    PovertyCausesSet,
    ReviewScored,
    VillageMeetingHeld,
    ResultPosted,
    ComplaintFiled,
    ResultReverified,
    HouseholdClassified,
    ExitTargetSet,
    ExitTargetWithdrawn,
    PlanItemAgreed,
    PlanItemCompleted,
    PlanItemWithdrawn,
    SupportEntitled,
    SupportDelivered,
    SupportWithdrawn,
    PersonalDataErased,
    EventCorrected,
)

HouseholdEvent = (
    HouseholdRegistered
    | MemberJoined
    | MemberLeft
    | HeadChanged
    | HouseholdMoved
    | HouseholdClosed
    | HouseholdGroupsSet
    | PovertyCausesSet
    | ReviewScored
    | VillageMeetingHeld
    | ResultPosted
    | ComplaintFiled
    | ResultReverified
    | HouseholdClassified
    | ExitTargetSet
    | ExitTargetWithdrawn
    | PlanItemAgreed
    | PlanItemCompleted
    | PlanItemWithdrawn
    | SupportEntitled
    | SupportDelivered
    | SupportWithdrawn
    | PersonalDataErased
)
"""What a household's history is made of once corrections are applied."""

REGISTRY = Registry("households", EVENTS)

__all__ = [
    "EVENTS",
    "REGISTRY",
    "ComplaintFiled",
    "EventCorrected",
    "ExitTargetSet",
    "ExitTargetWithdrawn",
    "HeadChanged",
    "HouseholdClassified",
    "HouseholdClosed",
    "HouseholdEvent",
    "HouseholdGroupsSet",
    "HouseholdMoved",
    "HouseholdRegistered",
    "Member",
    "MemberJoined",
    "MemberLeft",
    "PersonalDataErased",
    "PlanItemAgreed",
    "PlanItemCompleted",
    "PlanItemWithdrawn",
    "PovertyCausesSet",
    "ResultPosted",
    "ResultReverified",
    "ReviewScored",
    "SupportDelivered",
    "SupportEntitled",
    "SupportWithdrawn",
    "VillageMeetingHeld",
]
