"""Commands from the application to the decision."""

from services.loans import commands, errors, schemas
from services.loans.api.routes import (
    CONTROLLER,
    TELLER,
    building,
    commune_of,
    route,
    where_household,
)
from services.loans.decider import LOAN
from services.loans.read_model import Known
from services.loans.state import LoanState
from shared.areas import Commune
from shared.auth.roles import OFFICERS
from shared.routes import Body, CommandRoute, Maker, PathIds, Where


def _apply(body: Body, _: PathIds, make: Maker) -> commands.ApplyForLoan:
    household_id, given = body["household_id"], commune_of(body, make)
    commune = given or _heard(make.known, body)
    return commands.ApplyForLoan(
        loan_id=body.get("loan_id") or make.new_id(),
        household_id=household_id,
        applied_on=body["applied_on"],
        borrower_member_id=body["borrower_member_id"],
        group_id=body.get("group_id"),
        programme=body["programme"],
        purpose=body["purpose"],
        purpose_note=make.seal(household_id, body.get("purpose_note")),
        amount=body["amount"],
        term_months=body["term_months"],
        commune=commune,
        commune_given=given is not None,
    )


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
        asked=_asked,
        place=_where,
        creates=True,
        refusals=(errors.AlreadyExists,),
    ),
    route(
        "/confirmation",
        schemas.ConfirmSchema,
        building(commands.ConfirmLoan, person="confirmed_by"),
        "confirmed_on",
        ("Xã xác nhận (03/TD)", "Confirm for the commune (03/TD)"),
        roles=OFFICERS,
        refusals=(errors.AlreadyClosed, errors.AlreadyConfirmed, errors.FourEyes),
        semantic=("out-of-order /confirmed_on",),
    ),
    route(
        "/withdrawal",
        schemas.WithdrawSchema,
        building(commands.WithdrawLoan, sealed=("reason",)),
        "withdrawn_on",
        ("Rút đề nghị vay", "Withdraw the application"),
        refusals=(errors.AlreadyClosed, errors.AlreadyDisbursed),
        sees_own_tables=True,
        semantic=("out-of-order /withdrawn_on",),
    ),
    route(
        "/approval",
        schemas.ApproveSchema,
        building(commands.ApproveLoan, person="approved_by"),
        "approved_on",
        ("Phê duyệt (04/TD)", "Approve (04/TD)"),
        roles=CONTROLLER,
        refusals=(errors.AlreadyApproved, errors.AlreadyClosed, errors.FourEyes),
        semantic=(
            "out-of-order /approved_on",
            "out-of-order /valid_until",
        ),
    ),
    route(
        "/rejection",
        schemas.RejectSchema,
        building(commands.RejectLoan, sealed=("reason",)),
        "rejected_on",
        ("Từ chối cho vay", "Reject"),
        roles=CONTROLLER | OFFICERS,
        refusals=(errors.AlreadyApproved, errors.AlreadyClosed, errors.AlreadyDisbursed),
        sees_own_tables=True,
        semantic=("out-of-order /rejected_on",),
    ),
)
