"""Setting the history of a loan or a group right."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from marshmallow import Schema

from services.loans import errors, events, schemas
from services.loans.api.groups import where_group
from services.loans.api.routes import BASE, CONTROLLER, household_of, where
from services.loans.decider import GROUP, LOAN
from services.loans.read_model import Known
from shared.correcting import CorrectEvent
from shared.http.corrections import corrections
from shared.http.fields import BodySchema
from shared.routes import CommandContext, CommandRoute

# whom the money went to and what was shown are recorded anew: annul the event


class DisbursementCorrection(schemas.DisburseSchema):
    """A disbursement's fields that may be set right."""

    class Meta(BodySchema.Meta):
        """Leave out what has parts."""

        exclude = ("payee", "acknowledge")


class InspectionCorrection(schemas.InspectSchema):
    """A check's fields that may be set right."""

    class Meta(BodySchema.Meta):
        """Leave out what has parts."""

        exclude = ("evidence",)


_OF_GROUPS: dict[type[Any], type[Schema]] = {
    events.CreditGroupFormed: schemas.FormGroupSchema,
    events.GroupLeaderChanged: schemas.ChangeLeaderSchema,
    events.CreditGroupDissolved: schemas.DissolveGroupSchema,
}
_OF_LOANS: dict[type[Any], type[Schema]] = {
    events.LoanApplied: schemas.ApplySchema,
    events.LoanConfirmed: schemas.ConfirmSchema,
    events.LoanWithdrawn: schemas.WithdrawSchema,
    events.LoanApproved: schemas.ApproveSchema,
    events.LoanRejected: schemas.RejectSchema,
    events.LoanDisbursed: DisbursementCorrection,
    events.DisbursementReversed: schemas.ReverseSchema,
    events.LoanUseInspected: InspectionCorrection,
    events.RepaymentRecorded: schemas.RepaySchema,
    events.LoanBecameOverdue: schemas.OverdueSchema,
    events.LoanBecameCurrent: schemas.CurrentSchema,
    events.BorrowerContacted: schemas.ContactSchema,
    events.LoanExtended: schemas.ExtendSchema,
    events.LoanFrozen: schemas.FreezeSchema,
    events.LoanWrittenOff: schemas.WriteOffSchema,
    events.RecallOrdered: schemas.RecallSchema,
    events.RecallCollected: schemas.CollectSchema,
}


def _household(loan_id: UUID, context: CommandContext) -> UUID:
    return household_of({"loan_id": loan_id}, context)


def _unless_misused(fact: Any, _: Mapping[str, Any], command: CorrectEvent) -> None:
    """Refuse that a freeze or a write-off is changed where confirmed misuse forbids it anew."""
    known: Known = command.known
    if isinstance(fact, events.LoanFrozen | events.LoanWrittenOff) and known.misuse(fact.loan_id):
        raise errors.MisuseConfirmed


def _of_loans() -> CommandRoute:
    made = corrections(
        f"{BASE}/corrections", LOAN, CONTROLLER, where, _OF_LOANS, _household, _unless_misused
    )
    refusals = (*made.refusals, errors.MisuseConfirmed)
    return replace(made, sees_own_tables=True, refusals=refusals)


CORRECTIONS = (
    _of_loans(),
    corrections(
        "/v1/groups/<uuid:group_id>/corrections", GROUP, CONTROLLER, where_group, _OF_GROUPS
    ),
)
