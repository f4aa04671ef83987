"""What answers a command about a household: facts, or a refusal."""

from typing import Any

from services.households import commands, events
from services.households.commands import HouseholdCommand
from services.households.decider import people, plans, reviews
from services.households.events import HouseholdEvent
from services.households.state import HouseholdState, add_corrector, evolve_household
from shared.dated import value_on
from shared.decider import Decider
from shared.decision_table import DecisionTable, nothing_more
from shared.policy.standards import standard_on
from shared.recorded import Actor

HOUSEHOLD_TABLE: DecisionTable[HouseholdState] = DecisionTable(
    people.on_the_register,
    {
        commands.RegisterHousehold: (events.HouseholdRegistered, people.register),
        commands.AddMember: (events.MemberJoined, people.join),
        commands.RemoveMember: (events.MemberLeft, people.leave),
        commands.ChangeHead: (events.HeadChanged, people.change_head),
        commands.MoveHousehold: (events.HouseholdMoved, people.move),
        commands.CloseHousehold: (events.HouseholdClosed, people.close),
        commands.SetGroups: (events.HouseholdGroupsSet, nothing_more),
        commands.SetCauses: (events.PovertyCausesSet, nothing_more),
        commands.ErasePersonalData: (events.PersonalDataErased, people.erase),
        commands.ScoreReview: (events.ReviewScored, reviews.score),
        commands.HoldMeeting: (events.VillageMeetingHeld, reviews.hold_meeting),
        commands.PostResult: (events.ResultPosted, reviews.post),
        commands.FileComplaint: (events.ComplaintFiled, reviews.complain),
        commands.ReverifyResult: (events.ResultReverified, reviews.reverify),
        commands.ClassifyHousehold: (events.HouseholdClassified, reviews.classify),
        commands.SetExitTarget: (events.ExitTargetSet, plans.set_target),
        commands.WithdrawExitTarget: (events.ExitTargetWithdrawn, plans.withdraw_target),
        commands.AgreePlanItem: (events.PlanItemAgreed, plans.agree_item),
        commands.CompletePlanItem: (events.PlanItemCompleted, plans.complete_item),
        commands.WithdrawPlanItem: (events.PlanItemWithdrawn, plans.withdraw_item),
        commands.EntitleSupport: (events.SupportEntitled, plans.entitle),
        commands.DeliverSupport: (events.SupportDelivered, plans.deliver),
        commands.WithdrawSupport: (events.SupportWithdrawn, plans.withdraw_support),
    },
)


def decide_household(
    state: HouseholdState, command: HouseholdCommand, actor: Actor
) -> list[HouseholdEvent]:
    """Answer a command with facts, with none if nothing would change, or refuse it."""
    fact: HouseholdEvent = HOUSEHOLD_TABLE.fact_of(command, **_known(state, command))
    if _says_nothing_new(state, fact):
        return []
    HOUSEHOLD_TABLE.validate(state, fact, actor)
    return [fact]


def _known(state: HouseholdState, command: HouseholdCommand) -> dict[str, Any]:
    """Return what the fact says beyond the command."""
    if not isinstance(command, commands.ScoreReview):
        return {}
    residence = state.residence_on(command.scored_on)
    standard = standard_on(command.scored_on)
    return {
        "area_type": command.area_type or (residence.area_type if residence else ""),
        "standard": standard.code if standard else None,
    }


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
    initial=HouseholdState(),
    identify=lambda command: command.household_id,
    decide=decide_household,
    evolve=evolve_household,
    validate=HOUSEHOLD_TABLE.validate,
    add_corrector=add_corrector,
)
