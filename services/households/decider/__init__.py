"""What answers a command about a household: facts, or a refusal."""

from typing import Any

from services.households import commands, events
from services.households.commands import HouseholdCommand, ScoreReview
from services.households.decider.admit import admit
from services.households.events import HouseholdEvent
from services.households.state import INITIAL, HouseholdState, evolve, vouch
from shared.dated import value_on
from shared.decider import Decider
from shared.fact import fact_of
from shared.policy.standards import standard_on
from shared.recorded import Actor

_FACTS: dict[type[Any], type[Any]] = {
    commands.RegisterHousehold: events.HouseholdRegistered,
    commands.AddMember: events.MemberJoined,
    commands.RemoveMember: events.MemberLeft,
    commands.ChangeHead: events.HeadChanged,
    commands.MoveHousehold: events.HouseholdMoved,
    commands.CloseHousehold: events.HouseholdClosed,
    commands.SetGroups: events.HouseholdGroupsSet,
    commands.SetCauses: events.PovertyCausesSet,
    commands.ErasePersonalData: events.PersonalDataErased,
    commands.ScoreReview: events.ReviewScored,
    commands.HoldMeeting: events.VillageMeetingHeld,
    commands.PostResult: events.ResultPosted,
    commands.FileComplaint: events.ComplaintFiled,
    commands.ReverifyResult: events.ResultReverified,
    commands.ClassifyHousehold: events.HouseholdClassified,
    commands.SetExitTarget: events.ExitTargetSet,
    commands.WithdrawExitTarget: events.ExitTargetWithdrawn,
    commands.AgreePlanItem: events.PlanItemAgreed,
    commands.CompletePlanItem: events.PlanItemCompleted,
    commands.WithdrawPlanItem: events.PlanItemWithdrawn,
    commands.EntitleSupport: events.SupportEntitled,
    commands.DeliverSupport: events.SupportDelivered,
    commands.WithdrawSupport: events.SupportWithdrawn,
}
"""A command of this service asks for one fact, which has the command's fields."""


def decide(state: HouseholdState, command: HouseholdCommand, actor: Actor) -> list[HouseholdEvent]:
    """Answer a command with facts, with none if nothing would change, or refuse it."""
    fact = _fact(state, command)
    if _says_nothing_new(state, fact):
        return []
    admit(state, fact, actor)
    return [fact]


def _fact(state: HouseholdState, command: HouseholdCommand) -> HouseholdEvent:
    wanted: type[HouseholdEvent] = _FACTS[type(command)]
    if not isinstance(command, ScoreReview):
        return fact_of(wanted, command)
    residence = state.residence_on(command.scored_on)
    standard = standard_on(command.scored_on)
    return fact_of(
        wanted,
        command,
        area_type=command.area_type or (residence.area_type if residence else ""),
        standard=standard.code if standard else None,
    )


def _says_nothing_new(state: HouseholdState, fact: HouseholdEvent) -> bool:
    match fact:
        case events.HouseholdGroupsSet(occurred_on=day, groups=groups):
            held = value_on(state.groups, day)
            return held is not None and set(held) == set(groups)
        case events.PovertyCausesSet(occurred_on=day, causes=causes, note=None):
            known = value_on(state.causes, day)
            return known is not None and set(known.causes) == set(causes)
        case events.HeadChanged(since=day, member_id=member_id):
            return value_on(state.heads, day) == member_id
        case events.HouseholdMoved(moved_on=day):
            home = state.residence_on(day)
            return home is not None and (home.commune, home.village, home.area_type) == (
                fact.commune,
                fact.village,
                fact.area_type,
            )
        case events.ExitTargetSet(year=year, to=to):
            target = state.targets.get(year)
            return target is not None and target.is_open and target.what == to
        case events.PersonalDataErased(person=person):
            return person in state.erased
        case _:
            return False


HOUSEHOLD: Decider[HouseholdState, HouseholdCommand] = Decider(
    name="household",
    initial=INITIAL,
    identify=lambda command: command.household_id,
    decide=decide,
    evolve=evolve,
    admit=admit,
    vouch=vouch,
)
