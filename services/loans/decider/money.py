"""Money paid out, taken back, looked after and repaid."""

from services.loans.commands import DisburseLoan
from services.loans.decider.checks import keeps_debt
from services.loans.decider.precheck import would_open
from services.loans.errors import (
    AlreadyRecorded,
    DisbursementAlreadyReversed,
    DisbursementNotFound,
    WouldOpenFindings,
)
from services.loans.events import (
    DisbursementReversed,
    LoanDisbursed,
    LoanUseInspected,
    RepaymentRecorded,
)
from services.loans.state import LoanState
from shared.decider import Malformed
from shared.fact import in_order
from shared.policy.outstanding import Entry
from shared.recorded import Actor


def disburse(state: LoanState, fact: LoanDisbursed, _: Actor) -> None:
    """Pay out once, by a voucher of its own."""
    if state.disbursement(fact.disbursement_id) is not None:
        raise AlreadyRecorded(what=f"disbursement_id {fact.disbursement_id}")
    if any(paid.voucher_no == fact.voucher_no for paid in state.disbursements):
        raise AlreadyRecorded(what=f"voucher_no {fact.voucher_no}")


def acknowledged(state: LoanState, command: DisburseLoan) -> None:
    """Refuse a payment that can be seen to open findings which the request does not name."""
    opens = would_open(state, command)
    if not {found.code for found in opens} <= set(command.acknowledged):
        shown = [found.shown() for found in opens]
        codes = ", ".join(found.code for found in opens)
        raise WouldOpenFindings(codes=codes, would_open=shown)


def reverse(state: LoanState, fact: DisbursementReversed, _: Actor) -> None:
    """Take a disbursement back in whole, once, if what was repaid allows it."""
    paid = state.disbursement(fact.disbursement_id)
    if paid is None:
        raise DisbursementNotFound
    if paid.reversed_on is not None:
        raise DisbursementAlreadyReversed
    in_order("/reversed_on", fact.reversed_on, paid.disbursed_on, "ngày giải ngân / the payment")
    keeps_debt(state, Entry(fact.reversed_on, "reversed", paid.amount))


def inspect(state: LoanState, fact: LoanUseInspected, _: Actor) -> None:
    """Record what was seen; more cannot have been spent than was received."""
    if state.disbursement(fact.disbursement_id) is None:
        raise Malformed(
            "/disbursement_id",
            "not-in-list",
            "khoản vay không có lần giải ngân này / this loan has no such disbursement",
        )
    if fact.right_purpose_amount + fact.wrong_purpose_amount > fact.amount_received:
        raise Malformed(
            "/wrong_purpose_amount",
            "out-of-range",
            "đúng + sai mục đích không được vượt số thực nhận / "
            "right + wrong must not exceed the amount received",
        )


def repay(state: LoanState, fact: RepaymentRecorded, _: Actor) -> None:
    """Record money that came in, never more principal than is owed."""
    if fact.principal + fact.interest == 0:
        raise Malformed(
            "/principal",
            "out-of-range",
            "gốc hoặc lãi phải lớn hơn 0 / principal or interest must be more than 0",
        )
    keeps_debt(state, Entry(fact.paid_on, "repaid", fact.principal))
