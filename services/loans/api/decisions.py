"""Commands from the application to the decision."""

from dataclasses import replace

from services.loans import commands, errors, schemas
from services.loans.api.routes import CONTROLLER, TELLER, household_of, route, where_household
from services.loans.decider import LOAN
from services.loans.read_model import Known
from services.loans.state import LoanState
from shared.areas import Commune
from shared.auth.roles import OFFICERS
from shared.builders import command_builder, sealed_for
from shared.routes import Body, CommandContext, CommandRoute, PathIds, Where

_applied = command_builder(
    commands.ApplyForLoan,
    owner=sealed_for("household_id"),
    sealed=("purpose_note",),
    makes=("loan_id",),
)


def _apply(body: Body, path: PathIds, context: CommandContext) -> commands.ApplyForLoan:
    command: commands.ApplyForLoan = _applied(body, path, context)
    if command.commune is not None:
        return replace(command, commune_given=True)
    return replace(command, commune=_heard(context.known, body))


def _heard(known: Known, body: Body) -> Commune | None:
    household = known.household(body["household_id"])
    return None if household is None else household.commune_on(body["applied_on"])


def _asked(command: commands.ApplyForLoan) -> Commune | None:
    return command.commune if command.commune_given else None


def _where(_: LoanState, command: commands.ApplyForLoan, known: Known) -> Where | None:
    return where_household(known, command.household_id, command.commune)


ROUTES = (
    CommandRoute(
        path="/v1/loans",
        schema=schemas.ApplySchema,
        build=_apply,
        decider=LOAN,
        dated_by="applied_on",
        summary_vi="Đề nghị vay vốn (01/TD)",
        summary_en="Apply for a loan (01/TD)",
        roles=TELLER,
        requested_area=_asked,
        location=_where,
        creates=True,
        refusals=(errors.AlreadyRecorded,),
    ),
    route(
        "/confirmation",
        schemas.ConfirmSchema,
        command_builder(commands.ConfirmLoan, owner=household_of, people=("confirmed_by",)),
        "confirmed_on",
        ("Xã xác nhận (03/TD)", "Confirm for the commune (03/TD)"),
        roles=OFFICERS,
        refusals=(errors.LoanAlreadyClosed, errors.LoanAlreadyConfirmed, errors.FourEyesBroken),
        semantic=("out-of-order /confirmed_on",),
    ),
    route(
        "/withdrawal",
        schemas.WithdrawSchema,
        command_builder(commands.WithdrawLoan, owner=household_of, sealed=("reason",)),
        "withdrawn_on",
        ("Rút đề nghị vay", "Withdraw the application"),
        refusals=(errors.LoanAlreadyClosed, errors.LoanAlreadyDisbursed),
        sees_own_tables=True,
        semantic=("out-of-order /withdrawn_on",),
    ),
    route(
        "/approval",
        schemas.ApproveSchema,
        command_builder(commands.ApproveLoan, owner=household_of, people=("approved_by",)),
        "approved_on",
        ("Phê duyệt (04/TD)", "Approve (04/TD)"),
        roles=CONTROLLER,
        refusals=(errors.LoanAlreadyApproved, errors.LoanAlreadyClosed, errors.FourEyesBroken),
        semantic=(
            "out-of-order /approved_on",
            "out-of-order /valid_until",
        ),
    ),
    route(
        "/rejection",
        schemas.RejectSchema,
        command_builder(commands.RejectLoan, owner=household_of, sealed=("reason",)),
        "rejected_on",
        ("Từ chối cho vay", "Reject"),
        roles=CONTROLLER | OFFICERS,
        refusals=(
            errors.LoanAlreadyApproved,
            errors.LoanAlreadyClosed,
            errors.LoanAlreadyDisbursed,
        ),
        sees_own_tables=True,
        semantic=("out-of-order /rejected_on",),
    ),
)
