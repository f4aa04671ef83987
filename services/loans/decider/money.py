"""Money paid out, taken back, looked after and repaid."""

from services.loans.commands import (
    DisburseLoan,
    InspectLoanUse,
    RecordRepayment,
    ReverseDisbursement,
)
from services.loans.decider.checks import in_order, keeps_debt, open_on
from services.loans.decider.precheck import would_open
from services.loans.errors import AlreadyExists, AlreadyReversed, NotFound, WouldOpenFindings
from services.loans.events import (
    DisbursementReversed,
    LoanDisbursed,
    LoanEvent,
    LoanUseInspected,
    RepaymentRecorded,
)
from services.loans.state import LoanState
from shared.decider import Malformed
from shared.policy.outstanding import Entry


def disburse(state: LoanState, command: DisburseLoan) -> list[LoanEvent]:
    """Pay out, unless findings that it can be seen to open are not acknowledged."""
    applied = open_on(state, command.disbursed_on)
    if state.disbursement(command.disbursement_id) is not None:
        raise AlreadyExists(what=f"disbursement_id {command.disbursement_id}")
    if any(paid.voucher_no == command.voucher_no for paid in state.disbursements):
        raise AlreadyExists(what=f"voucher_no {command.voucher_no}")
    opens = would_open(state, command)
    if not {found.code for found in opens} <= set(command.acknowledged):
        shown = [found.shown() for found in opens]
        codes = ", ".join(found.code for found in opens)
        raise WouldOpenFindings(codes=codes, would_open=shown)
    return [
        LoanDisbursed(
            loan_id=command.loan_id,
            household_id=applied.household_id,
            disbursement_id=command.disbursement_id,
            disbursed_on=command.disbursed_on,
            amount=command.amount,
            method=command.method,
            payee=command.payee,
            voucher_no=command.voucher_no,
            transaction_point=command.transaction_point,
            acknowledged=command.acknowledged,
        )
    ]


def reverse(state: LoanState, command: ReverseDisbursement) -> list[LoanEvent]:
    """Take a disbursement back in whole, once, if what was repaid allows it."""
    applied = open_on(state, command.reversed_on)
    paid = state.disbursement(command.disbursement_id)
    if paid is None:
        raise NotFound
    if paid.reversed_on is not None:
        raise AlreadyReversed
    in_order(
        paid.disbursed_on, command.reversed_on, "/reversed_on", "ngày giải ngân", "the payment"
    )
    keeps_debt(state, Entry(command.reversed_on, "reversed", paid.amount))
    return [
        DisbursementReversed(
            loan_id=command.loan_id,
            household_id=applied.household_id,
            disbursement_id=command.disbursement_id,
            reversed_on=command.reversed_on,
            reason=command.reason,
        )
    ]


def inspect(state: LoanState, command: InspectLoanUse) -> list[LoanEvent]:
    """Record what was seen; more cannot have been spent than was received."""
    applied = open_on(state, command.inspected_on)
    if state.disbursement(command.disbursement_id) is None:
        raise Malformed(
            "/disbursement_id",
            "not-in-list",
            "khoản vay không có lần giải ngân này / this loan has no such disbursement",
        )
    if command.right_purpose_amount + command.wrong_purpose_amount > command.amount_received:
        raise Malformed(
            "/wrong_purpose_amount",
            "out-of-range",
            "đúng + sai mục đích không được vượt số thực nhận / "
            "right + wrong must not exceed the amount received",
        )
    return [
        LoanUseInspected(
            loan_id=command.loan_id,
            household_id=applied.household_id,
            inspection_id=command.inspection_id,
            disbursement_id=command.disbursement_id,
            inspected_on=command.inspected_on,
            inspector=command.inspector,
            amount_received=command.amount_received,
            right_purpose_amount=command.right_purpose_amount,
            wrong_purpose_amount=command.wrong_purpose_amount,
            actual_use=command.actual_use,
            stated_outstanding=command.stated_outstanding,
            evidence=command.evidence,
            effect=command.effect,
        )
    ]


def repay(state: LoanState, command: RecordRepayment) -> list[LoanEvent]:
    """Record money that came in, never more principal than is owed."""
    applied = open_on(state, command.paid_on)
    if command.principal + command.interest == 0:
        raise Malformed(
            "/principal",
            "out-of-range",
            "gốc hoặc lãi phải lớn hơn 0 / principal or interest must be more than 0",
        )
    keeps_debt(state, Entry(command.paid_on, "repaid", command.principal))
    return [
        RepaymentRecorded(
            loan_id=command.loan_id,
            household_id=applied.household_id,
            repayment_id=command.repayment_id,
            paid_on=command.paid_on,
            principal=command.principal,
            interest=command.interest,
            payer=command.payer,
            voucher_no=command.voucher_no,
        )
    ]
