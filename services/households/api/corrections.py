"""Setting a household's history right."""

from typing import Any

from marshmallow import Schema

from services.households import events, schemas
from services.households.api.routes import BASE, where
from services.households.decider import HOUSEHOLD
from shared.auth.roles import OFFICERS
from shared.http.corrections import corrections

_SCHEMAS: dict[type[Any], type[Schema]] = {
    events.HouseholdRegistered: schemas.RegistrationSchema,
    events.MemberJoined: schemas.JoiningSchema,
    events.MemberLeft: schemas.DepartureSchema,
    events.HeadChanged: schemas.HeadChangeSchema,
    events.HouseholdMoved: schemas.MoveSchema,
    events.HouseholdClosed: schemas.ClosureSchema,
    events.HouseholdGroupsSet: schemas.GroupsSchema,
    events.PovertyCausesSet: schemas.CausesSchema,
    events.ReviewScored: schemas.ReviewSchema,
    events.VillageMeetingHeld: schemas.MeetingSchema,
    events.ResultPosted: schemas.PostingSchema,
    events.ComplaintFiled: schemas.ComplaintSchema,
    events.ResultReverified: schemas.ReverificationSchema,
    events.HouseholdClassified: schemas.ClassificationSchema,
    events.ExitTargetSet: schemas.TargetSchema,
    events.ExitTargetWithdrawn: schemas.WithdrawalSchema,
    events.PlanItemAgreed: schemas.PlanItemSchema,
    events.PlanItemCompleted: schemas.CompletionSchema,
    events.PlanItemWithdrawn: schemas.WithdrawalSchema,
    events.SupportEntitled: schemas.SupportSchema,
    events.SupportDelivered: schemas.DeliverySchema,
    events.SupportWithdrawn: schemas.WithdrawalSchema,
}

CORRECTIONS = corrections(f"{BASE}/corrections", HOUSEHOLD, OFFICERS, where, _SCHEMAS)
