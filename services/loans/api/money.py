"""Commands about money paid out and back, and what it bought."""

from typing import Any

from services.loans import commands, errors, schemas
from services.loans.api.routes import CONTROLLER, FIELD, building, fields_of, route
from services.loans.events import Evidence, Payee
from services.loans.read_model import Known
from shared.routes import Body, Maker, PathIds


def payee_of(body: dict[str, Any], make: Maker) -> Payee:
    """Give whom the money goes to, numbers as pseudonyms only."""
    account, citizen_id = body.get("account"), body.get("citizen_id")
    return Payee(
        kind=body["kind"],
        member_id=body.get("member_id"),
        account_ref=make.pseudonym(account) if account else None,
        citizen_ref=make.pseudonym(citizen_id) if citizen_id else None,
    )


def disbursement_of(body: Body, path: PathIds, make: Maker) -> commands.DisburseLoan:
    """Give the command of a disbursement, with all that is known around it."""
    known: Known = make.known
    payee = payee_of(body["payee"], make)
    return commands.DisburseLoan(
        loan_id=path["loan_id"],
        disbursement_id=body.get("disbursement_id") or make.new_id(),
        disbursed_on=body["disbursed_on"],
        amount=body["amount"],
        method=body["method"],
        payee=payee,
        voucher_no=body["voucher_no"],
        transaction_point=body.get("transaction_point"),
        acknowledged=tuple(dict.fromkeys(body.get("acknowledge", ()))),
        context=known.disbursement_context(path["loan_id"], payee),
    )


def _inspection(body: Body, path: PathIds, make: Maker) -> commands.InspectLoanUse:
    fields = fields_of(body, path, make, sealed=("actual_use",))
    fields["evidence"] = tuple(Evidence(**shown) for shown in body.get("evidence", ()))
    fields.setdefault("inspector", make.caller.sub)
    if "inspection_id" not in fields:
        fields["inspection_id"] = make.new_id()
    return commands.InspectLoanUse(**fields)


ROUTES = (
    route(
        "/disbursements",
        schemas.DisburseSchema,
        disbursement_of,
        "disbursed_on",
        ("Giải ngân", "Disburse"),
        makes="disbursement_id",
        refusals=(errors.AlreadyClosed, errors.AlreadyExists, errors.WouldOpenFindings),
        sees_own_tables=True,
    ),
    route(
        "/disbursements/<uuid:disbursement_id>/reversal",
        schemas.ReverseSchema,
        building(commands.ReverseDisbursement, sealed=("reason",)),
        "reversed_on",
        ("Hủy giải ngân", "Reverse a disbursement"),
        roles=CONTROLLER,
        refusals=(errors.AlreadyClosed, errors.AlreadyReversed, errors.OverReversal),
        sees_own_tables=True,
        semantic=("out-of-order /reversed_on",),
    ),
    route(
        "/inspections",
        schemas.InspectSchema,
        _inspection,
        "inspected_on",
        ("Kiểm tra sử dụng vốn (06/TD)", "Check the use of the money (06/TD)"),
        roles=FIELD,
        makes="inspection_id",
        refusals=(errors.AlreadyClosed,),
        sees_own_tables=True,
        semantic=(
            "not-in-list /disbursement_id",
            "out-of-range /wrong_purpose_amount",
        ),
    ),
    route(
        "/repayments",
        schemas.RepaySchema,
        building(commands.RecordRepayment, makes="repayment_id"),
        "paid_on",
        ("Thu nợ", "Record a repayment"),
        makes="repayment_id",
        refusals=(errors.AlreadyClosed, errors.OverRepayment),
    ),
)
