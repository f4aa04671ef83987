"""What answers a command about sponsors, assignments and models: facts, or a refusal."""

from typing import Any

from services.sponsorship import commands, events
from services.sponsorship.commands import AssignmentCommand, ModelCommand, SponsorCommand
from services.sponsorship.decider import assignments, models, sponsors
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
from shared.decision_table import DecisionTable, nothing_more
from shared.recorded import Actor

SPONSOR_TABLE: DecisionTable[SponsorState] = DecisionTable(
    sponsors.on_the_register,
    {
        commands.RegisterSponsor: (events.SponsorRegistered, sponsors.register),
        commands.DissolveSponsor: (events.SponsorDissolved, sponsors.dissolve),
        commands.EraseSponsorData: (events.PersonalDataErased, sponsors.erase),
    },
)
ASSIGNMENT_TABLE: DecisionTable[AssignmentState] = DecisionTable(
    assignments.running,
    {
        commands.AssignSponsor: (events.SponsorAssigned, assignments.assign),
        commands.RecordVisit: (events.VisitRecorded, assignments.visit),
        commands.PledgeSupport: (events.SupportPledged, assignments.pledge),
        commands.FulfilPledge: (events.PledgeFulfilled, assignments.fulfil),
        commands.WithdrawPledge: (events.PledgeWithdrawn, assignments.withdraw),
        commands.RaiseDifficulty: (events.DifficultyRaised, assignments.raise_difficulty),
        commands.ResolveDifficulty: (events.DifficultyResolved, assignments.resolve),
        commands.OfferHandover: (events.HandoverOffered, assignments.offer),
        commands.AcceptHandover: (events.HandoverAccepted, assignments.accept),
        commands.RefuseHandover: (events.HandoverRefused, assignments.refuse),
        commands.ChangePersonInCharge: (events.PersonInChargeChanged, nothing_more),
        commands.EndAssignment: (events.AssignmentEnded, assignments.end),
    },
)
MODEL_TABLE: DecisionTable[ModelState] = DecisionTable(
    models.launched,
    {
        commands.LaunchModel: (events.ModelLaunched, models.launch),
        commands.EnrolHousehold: (events.HouseholdEnrolled, models.enrol),
        commands.AssessOutcome: (events.OutcomeAssessed, models.assess),
        commands.CloseModel: (events.ModelClosed, models.close),
    },
)


def decide_sponsor(
    state: SponsorState, command: SponsorCommand, actor: Actor
) -> list[SponsorEvent]:
    """Answer a command about a sponsor."""
    if isinstance(command, commands.EraseSponsorData) and state.is_erased:
        return []
    fact: SponsorEvent = SPONSOR_TABLE.fact_of(command)
    SPONSOR_TABLE.validate(state, fact, actor)
    return [fact]


def decide_assignment(
    state: AssignmentState, command: AssignmentCommand, actor: Actor
) -> list[AssignmentEvent]:
    """Answer a command about an assignment; what it leaves open the assignment says."""
    if isinstance(command, commands.ChangePersonInCharge) and (
        value_on(state.in_charge, command.since) == command.person_in_charge
    ):
        return []
    fact: AssignmentEvent = ASSIGNMENT_TABLE.fact_of(command, **_known(state, command))
    ASSIGNMENT_TABLE.validate(state, fact, actor)
    return [fact]


def _known(state: AssignmentState, command: AssignmentCommand) -> dict[str, Any]:
    """Return what the fact says beyond the command."""
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
    fact: ModelEvent = MODEL_TABLE.fact_of(command)
    MODEL_TABLE.validate(state, fact, actor)
    return [fact]


SPONSOR: Decider[SponsorState, SponsorCommand] = Decider(
    name="sponsor",
    initial=SponsorState(),
    identify=lambda command: command.sponsor_id,
    decide=decide_sponsor,
    evolve=evolve_sponsor,
    validate=SPONSOR_TABLE.validate,
)
ASSIGNMENT: Decider[AssignmentState, AssignmentCommand] = Decider(
    name="assignment",
    initial=AssignmentState(),
    identify=lambda command: command.assignment_id,
    decide=decide_assignment,
    evolve=evolve_assignment,
    validate=ASSIGNMENT_TABLE.validate,
)
MODEL: Decider[ModelState, ModelCommand] = Decider(
    name="model",
    initial=ModelState(),
    identify=lambda command: command.model_id,
    decide=decide_model,
    evolve=evolve_model,
    validate=MODEL_TABLE.validate,
)
