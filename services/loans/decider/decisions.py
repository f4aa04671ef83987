"""From the application to the decision; four eyes on every approval."""

from datetime import date

from services.loans.commands import (
    ApplyForLoan,
    ApproveLoan,
    ConfirmLoan,
    RejectLoan,
    WithdrawLoan,
)
from services.loans.decider.checks import in_order, open_on
from services.loans.errors import (
    AlreadyApproved,
    AlreadyConfirmed,
    AlreadyDisbursed,
    AlreadyExists,
    FourEyes,
)
from services.loans.events import (
    LoanApplied,
    LoanApproved,
    LoanConfirmed,
    LoanEvent,
    LoanRejected,
    LoanWithdrawn,
)
from services.loans.state import LoanState
from shared.recorded import Actor


def apply(state: LoanState, command: ApplyForLoan) -> list[LoanEvent]:
    """Open the loan's file."""
    if state.applied is not None:
        raise AlreadyExists(what=f"loan {command.loan_id}")
    return [
        LoanApplied(
            loan_id=command.loan_id,
            household_id=command.household_id,
            applied_on=command.applied_on,
            borrower_member_id=command.borrower_member_id,
            group_id=command.group_id,
            programme=command.programme,
            purpose=command.purpose,
            purpose_note=command.purpose_note,
            amount=command.amount,
            term_months=command.term_months,
            commune=command.commune,
        )
    ]


def confirm(state: LoanState, command: ConfirmLoan, actor: Actor) -> list[LoanEvent]:
    """Confirm once; also late, after the approval, but not by whoever approved."""
    applied = open_on(state, command.confirmed_on)
    _after_application(applied, command.confirmed_on, "/confirmed_on")
    if state.life.confirmed_on is not None:
        raise AlreadyConfirmed
    if state.approved_by & {command.confirmed_by, actor.sub}:
        raise FourEyes
    return [
        LoanConfirmed(
            loan_id=command.loan_id,
            household_id=applied.household_id,
            confirmed_on=command.confirmed_on,
            confirmed_by=command.confirmed_by,
        )
    ]


def approve(state: LoanState, command: ApproveLoan, actor: Actor) -> list[LoanEvent]:
    """Approve once; also without a confirmation, never what one asked for or is related to."""
    applied = open_on(state, command.approved_on)
    _after_application(applied, command.approved_on, "/approved_on")
    if state.approved is not None:
        raise AlreadyApproved
    approvers = {command.approved_by, actor.sub}
    if approvers & (state.asked_by | state.confirmed_by):
        raise FourEyes
    if applied.household_id in actor.related:
        raise FourEyes
    in_order(command.approved_on, command.valid_until, "/valid_until", "ngày phê duyệt", "approval")
    return [
        LoanApproved(
            loan_id=command.loan_id,
            household_id=applied.household_id,
            approved_on=command.approved_on,
            approved_by=command.approved_by,
            amount=command.amount,
            rate_bp=command.rate_bp,
            term_months=command.term_months,
            valid_until=command.valid_until,
            decision_no=command.decision_no,
        )
    ]


def reject(state: LoanState, command: RejectLoan) -> list[LoanEvent]:
    """Reject what is not decided yet and not paid out."""
    applied = open_on(state, command.rejected_on)
    _after_application(applied, command.rejected_on, "/rejected_on")
    if state.approved is not None:
        raise AlreadyApproved
    _nothing_paid_out(state)
    return [
        LoanRejected(
            loan_id=command.loan_id,
            household_id=applied.household_id,
            rejected_on=command.rejected_on,
            reason=command.reason,
        )
    ]


def withdraw(state: LoanState, command: WithdrawLoan) -> list[LoanEvent]:
    """Withdraw before any disbursement; one that was reversed counts as never made."""
    applied = open_on(state, command.withdrawn_on)
    _after_application(applied, command.withdrawn_on, "/withdrawn_on")
    _nothing_paid_out(state)
    return [
        LoanWithdrawn(
            loan_id=command.loan_id,
            household_id=applied.household_id,
            withdrawn_on=command.withdrawn_on,
            reason=command.reason,
        )
    ]


def _after_application(applied: LoanApplied, day: date, pointer: str) -> None:
    """Refuse a decision on what nobody had asked for yet; money may be recorded all the same."""
    in_order(applied.applied_on, day, pointer, "ngày đề nghị", "the application")


def _nothing_paid_out(state: LoanState) -> None:
    if any(paid.reversed_on is None for paid in state.disbursements):
        raise AlreadyDisbursed
