"""Setting a household's history right."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from marshmallow import Schema

from services.households import events, schemas
from services.households.api.persons import believable
from services.households.api.routes import BASE, where
from services.households.decider import HOUSEHOLD
from shared.auth.roles import OFFICERS
from shared.correcting import CorrectEvent
from shared.http.corrections import corrections
from shared.policy.standards import standard_on

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


def _check(fact: Any, changes: Mapping[str, Any], command: CorrectEvent) -> None:
    """Refuse what cannot be true of a person; a birth that is sealed already is not opened."""
    today = command.today
    match fact:
        case events.HouseholdRegistered(registered_on=day):
            since = changes.get("registered_on", day)
            believable(changes.get("head", {}), today, since, "/head")
            for index, person in enumerate(changes.get("members", ())):
                believable(person, today, since, f"/members/{index}")
        case events.MemberJoined(joined_on=day):
            believable(changes, today, changes.get("joined_on", day), "")
        case _:
            pass


def _follow(fact: Any, changes: Mapping[str, Any]) -> Mapping[str, Any]:
    """Give the standard of the day on which a review is now said to have been scored."""
    if not isinstance(fact, events.ReviewScored) or "scored_on" not in changes:
        return {}
    standard = standard_on(date.fromisoformat(changes["scored_on"]))
    return {"standard": standard.code if standard else None}


CORRECTIONS = corrections(
    f"{BASE}/corrections", HOUSEHOLD, OFFICERS, where, _SCHEMAS, check=_check, follow=_follow
)
