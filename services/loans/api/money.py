"""Commands about money paid out and back, and what it bought."""

from typing import Any

from services.loans import commands, errors, schemas
from services.loans.api.routes import CONTROLLER, FIELD, household_of, route
from services.loans.events import Evidence, Payee
from services.loans.read_model import Known
from shared.builders import command_builder
from shared.routes import Body, CommandContext, PathIds


def payee_of(body: dict[str, Any], context: CommandContext) -> Payee:
    """Give whom the money goes to, numbers as pseudonyms only."""
    account, citizen_id = body.get("account"), body.get("citizen_id")
    return Payee(
        kind=body["kind"],
        member_id=body.get("member_id"),
        account_ref=context.pseudonym(account) if account else None,
        citizen_ref=context.pseudonym(citizen_id) if citizen_id else None,
    )


_disbursed = command_builder(commands.DisburseLoan, owner=household_of, makes=("disbursement_id",))


def disbursement_of(body: Body, path: PathIds, context: CommandContext) -> commands.DisburseLoan:
    """Give the command of a disbursement, with all that is known around it."""
    known: Known = context.known
    payee = payee_of(body["payee"], context)
    more = {
        "payee": payee,
        "acknowledged": body.get("acknowledge", []),
        "context": known.disbursement_context(path["loan_id"], payee),
    }
    rest = {name: value for name, value in body.items() if name != "acknowledge"}
    command: commands.DisburseLoan = _disbursed(rest | more, path, context)
    return command


ROUTES = (
    route(
        "/disbursements",
        schemas.DisburseSchema,
        disbursement_of,
        "disbursed_on",
        ("Giải ngân", "Disburse"),
        makes="disbursement_id",
        refusals=(errors.LoanAlreadyClosed, errors.AlreadyRecorded, errors.WouldOpenFindings),
        sees_own_tables=True,
    ),
    route(
        "/disbursements/<uuid:disbursement_id>/reversal",
        schemas.ReverseSchema,
        command_builder(commands.ReverseDisbursement, owner=household_of, sealed=("reason",)),
        "reversed_on",
        ("Hủy giải ngân", "Reverse a disbursement"),
        roles=CONTROLLER,
        refusals=(
            errors.LoanAlreadyClosed,
            errors.DisbursementAlreadyReversed,
            errors.OverReversal,
        ),
        sees_own_tables=True,
        semantic=("out-of-order /reversed_on",),
    ),
    route(
        "/inspections",
        schemas.InspectSchema,
        command_builder(
            commands.InspectLoanUse,
            owner=household_of,
            sealed=("actual_use",),
            makes=("inspection_id",),
            people=("inspector",),
            parts={"evidence": Evidence},
        ),
        "inspected_on",
        ("Kiểm tra sử dụng vốn (06/TD)", "Check the use of the money (06/TD)"),
        roles=FIELD,
        makes="inspection_id",
        refusals=(errors.LoanAlreadyClosed,),
        sees_own_tables=True,
        semantic=(
            "not-in-list /disbursement_id",
            "out-of-range /wrong_purpose_amount",
        ),
    ),
    route(
        "/repayments",
        schemas.RepaySchema,
        command_builder(commands.RecordRepayment, owner=household_of, makes=("repayment_id",)),
        "paid_on",
        ("Thu nợ", "Record a repayment"),
        makes="repayment_id",
        refusals=(errors.LoanAlreadyClosed, errors.OverRepayment),
    ),
)
