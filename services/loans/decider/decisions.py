"""From the application to the decision; four eyes on every approval."""

from services.loans.errors import (
    AlreadyRecorded,
    FourEyesBroken,
    LoanAlreadyApproved,
    LoanAlreadyConfirmed,
    LoanAlreadyDisbursed,
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
from shared.event import event_type, occurred_on
from shared.fact import in_order
from shared.recorded import Actor


def apply(state: LoanState, fact: LoanApplied, _: Actor) -> None:
    """Open the loan's file once."""
    if state.applied is not None:
        raise AlreadyRecorded(what=f"loan {fact.loan_id}")


def confirm(state: LoanState, fact: LoanConfirmed, actor: Actor) -> None:
    """Confirm once; also late, after the approval, but not by whoever approved."""
    _after_application(state, fact)
    if state.life.confirmed_on is not None:
        raise LoanAlreadyConfirmed
    if state.approved_by & {fact.confirmed_by, actor.sub}:
        raise FourEyesBroken


def approve(state: LoanState, fact: LoanApproved, actor: Actor) -> None:
    """Approve once; also without a confirmation, never what one asked for or is related to."""
    _after_application(state, fact)
    if state.approved is not None:
        raise LoanAlreadyApproved
    approvers = {fact.approved_by, actor.sub}
    if approvers & (state.asked_by | state.confirmed_by):
        raise FourEyesBroken
    if state.household_id in actor.related:
        raise FourEyesBroken
    in_order("/valid_until", fact.valid_until, fact.approved_on, "ngày phê duyệt / approval")


def reject(state: LoanState, fact: LoanRejected, _: Actor) -> None:
    """Reject what is not decided yet and not paid out."""
    _after_application(state, fact)
    if state.approved is not None:
        raise LoanAlreadyApproved
    _nothing_paid_out(state)


def withdraw(state: LoanState, fact: LoanWithdrawn, _: Actor) -> None:
    """Withdraw before any disbursement; one that was reversed counts as never made."""
    _after_application(state, fact)
    _nothing_paid_out(state)


def _after_application(state: LoanState, fact: LoanEvent) -> None:
    """Refuse a decision on what nobody had asked for yet; money may be recorded all the same."""
    pointer = f"/{event_type(fact).dated_by}"
    in_order(pointer, occurred_on(fact), state.life.applied_on, "ngày đề nghị / the application")


def _nothing_paid_out(state: LoanState) -> None:
    if any(paid.reversed_on is None for paid in state.disbursements):
        raise LoanAlreadyDisbursed
