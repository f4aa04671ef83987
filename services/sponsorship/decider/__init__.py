"""What answers a command about sponsors, assignments and models: facts, or a refusal."""

from typing import Any

from services.sponsorship import commands, events
from services.sponsorship.commands import AssignmentCommand, ModelCommand, SponsorCommand
from services.sponsorship.decider.admit_assignments import admit_assignment
from services.sponsorship.decider.admit_models import admit_model
from services.sponsorship.decider.admit_sponsors import admit_sponsor
from services.sponsorship.errors import HandoverOfAnother, NoHandoverOffered
from services.sponsorship.events import AssignmentEvent, ModelEvent, SponsorEvent
from services.sponsorship.state import (
    AssignmentState,
    ModelState,
    SponsorState,
    evolve_assignment,
    evolve_model,
    evolve_sponsor,
)
from shared.dated import value_on
from shared.decider import Decider
from shared.fact import fact_of
from shared.recorded import Actor

_FACTS: dict[type[Any], type[Any]] = {
    commands.RegisterSponsor: events.SponsorRegistered,
    commands.DissolveSponsor: events.SponsorDissolved,
    commands.EraseSponsorData: events.PersonalDataErased,
    commands.AssignSponsor: events.SponsorAssigned,
    commands.RecordVisit: events.VisitRecorded,
    commands.PledgeSupport: events.SupportPledged,
    commands.FulfilPledge: events.PledgeFulfilled,
    commands.WithdrawPledge: events.PledgeWithdrawn,
    commands.RaiseDifficulty: events.DifficultyRaised,
    commands.ResolveDifficulty: events.DifficultyResolved,
    commands.OfferHandover: events.HandoverOffered,
    commands.AcceptHandover: events.HandoverAccepted,
    commands.RefuseHandover: events.HandoverRefused,
    commands.ChangePersonInCharge: events.PersonInChargeChanged,
    commands.EndAssignment: events.AssignmentEnded,
    commands.LaunchModel: events.ModelLaunched,
    commands.EnrolHousehold: events.HouseholdEnrolled,
    commands.AssessOutcome: events.OutcomeAssessed,
    commands.CloseModel: events.ModelClosed,
}
"""A command of this service asks for one fact, which has the command's fields."""


def decide_sponsor(
    state: SponsorState, command: SponsorCommand, actor: Actor
) -> list[SponsorEvent]:
    """Answer a command about a sponsor."""
    if isinstance(command, commands.EraseSponsorData) and state.is_erased:
        return []
    fact: SponsorEvent = fact_of(_FACTS[type(command)], command)
    admit_sponsor(state, fact, actor)
    return [fact]


def decide_assignment(
    state: AssignmentState, command: AssignmentCommand, actor: Actor
) -> list[AssignmentEvent]:
    """Answer a command about an assignment; what it leaves open the assignment says."""
    if isinstance(command, commands.ChangePersonInCharge) and (
        value_on(state.in_charge, command.since) == command.person_in_charge
    ):
        return []
    fact: AssignmentEvent = fact_of(_FACTS[type(command)], command, **_known(state, command))
    admit_assignment(state, fact, actor)
    return [fact]


def _known(state: AssignmentState, command: AssignmentCommand) -> dict[str, Any]:
    if isinstance(command, commands.AssignSponsor):
        return {}
    known: dict[str, Any] = {"household_id": state.household_id}
    if isinstance(command, commands.AcceptHandover | commands.RefuseHandover):
        if state.offer is None:
            raise NoHandoverOffered
        if command.answered_by not in (None, state.offer[1]):
            raise HandoverOfAnother
        if isinstance(command, commands.AcceptHandover):
            known["sponsor_id"] = state.offer[1]
    return known


def decide_model(state: ModelState, command: ModelCommand, actor: Actor) -> list[ModelEvent]:
    """Answer a command about a production model."""
    fact: ModelEvent = fact_of(_FACTS[type(command)], command)
    admit_model(state, fact, actor)
    return [fact]


SPONSOR: Decider[SponsorState, SponsorCommand] = Decider(
    name="sponsor",
    initial=SponsorState(),
    identify=lambda command: command.sponsor_id,
    decide=decide_sponsor,
    evolve=evolve_sponsor,
    validate=admit_sponsor,
)
ASSIGNMENT: Decider[AssignmentState, AssignmentCommand] = Decider(
    name="assignment",
    initial=AssignmentState(),
    identify=lambda command: command.assignment_id,
    decide=decide_assignment,
    evolve=evolve_assignment,
    validate=admit_assignment,
)
MODEL: Decider[ModelState, ModelCommand] = Decider(
    name="model",
    initial=ModelState(),
    identify=lambda command: command.model_id,
    decide=decide_model,
    evolve=evolve_model,
    validate=admit_model,
)
