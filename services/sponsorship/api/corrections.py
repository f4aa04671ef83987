"""Setting right the histories of sponsors, assignments and models."""

from typing import Any

from marshmallow import Schema

from services.sponsorship import events, schemas
from services.sponsorship.api.routes import ASSIGNMENT_BASE, DISTRICT, where, where_model
from services.sponsorship.decider import ASSIGNMENT, MODEL, SPONSOR
from shared.auth.roles import OFFICERS
from shared.correcting import CorrectEvent, CorrectionRefused
from shared.http.corrections import corrections

_SPONSORS: dict[type[Any], type[Schema]] = {
    events.SponsorRegistered: schemas.SponsorCorrectionSchema,
    events.SponsorDissolved: schemas.DissolutionSchema,
}
_ASSIGNMENTS: dict[type[Any], type[Schema]] = {
    events.SponsorAssigned: schemas.AssignmentSchema,
    events.VisitRecorded: schemas.VisitSchema,
    events.SupportPledged: schemas.CommitmentSchema,
    events.PledgeFulfilled: schemas.FulfilmentSchema,
    events.PledgeWithdrawn: schemas.WithdrawalSchema,
    events.DifficultyRaised: schemas.DifficultySchema,
    events.DifficultyResolved: schemas.ResolutionSchema,
    events.HandoverOffered: schemas.OfferSchema,
    events.HandoverAccepted: schemas.AcceptanceSchema,
    events.HandoverRefused: schemas.RefusalSchema,
    events.PersonInChargeChanged: schemas.PersonInChargeSchema,
    events.AssignmentEnded: schemas.EndSchema,
}
_MODELS: dict[type[Any], type[Schema]] = {
    events.ModelLaunched: schemas.ModelSchema,
    events.HouseholdEnrolled: schemas.EnrolmentSchema,
    events.OutcomeAssessed: schemas.OutcomeSchema,
    events.ModelClosed: schemas.ModelClosureSchema,
}


def _annul(fact: Any, command: CorrectEvent) -> None:
    """Refuse to take back the registration of a sponsor who is assigned to a household."""
    if isinstance(fact, events.SponsorRegistered) and command.known.has_helped(fact.sponsor_id):
        raise CorrectionRefused(
            why="đơn vị đã được phân công giúp hộ; hãy hủy phân công trước"
            " / the sponsor is assigned to a household; annul the assignment first"
        )


ROUTES = (
    corrections(
        "/v1/sponsors/<uuid:sponsor_id>/corrections",
        SPONSOR,
        DISTRICT,
        None,
        _SPONSORS,
        annul=_annul,
    ),
    corrections(f"{ASSIGNMENT_BASE}/corrections", ASSIGNMENT, OFFICERS, where, _ASSIGNMENTS),
    corrections("/v1/models/<uuid:model_id>/corrections", MODEL, DISTRICT, where_model, _MODELS),
)
