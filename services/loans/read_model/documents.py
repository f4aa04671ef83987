"""Loans and groups as JSON, as they stand now; what depends on the day is added when read."""

from typing import Any

from services.loans.state import Disbursement, GroupState, LoanState
from shared.policy.outstanding import buckets_on


def loan_document(state: LoanState) -> dict[str, Any]:
    """Give a loan without its standing and its sums, which depend on the day.

    From `moved_on` on the sums are `totals`: who reads a long loan need not add it up again.
    """
    applied, approved, life = state.applied, state.approved, state.life
    if applied is None:
        raise TypeError("a loan without an application has no document")
    moved_on = max((entry.day for entry in life.ledger), default=None)
    return {
        "loan_id": applied.loan_id,
        "household_id": applied.household_id,
        "borrower_member_id": applied.borrower_member_id,
        "group_id": applied.group_id,
        "programme": applied.programme,
        "purpose": applied.purpose,
        "amount": applied.amount,
        "term_months": applied.term_months,
        "applied_on": applied.applied_on,
        "commune": applied.commune,
        "confirmed_on": life.confirmed_on,
        "approval": None
        if approved is None
        else {
            "approved_on": approved.approved_on,
            "approved_by": approved.approved_by,
            "amount": approved.amount,
            "rate_bp": approved.rate_bp,
            "term_months": approved.term_months,
            "valid_until": approved.valid_until,
            "decision_no": approved.decision_no,
        },
        "rejected_on": life.rejected_on,
        "withdrawn_on": life.withdrawn_on,
        "disbursements": [_disbursement(paid) for paid in state.disbursements],
        "recalls": state.recalls,
        "moved_on": moved_on,
        "totals": None if moved_on is None else buckets_on(life.ledger, moved_on),
    }


def _disbursement(paid: Disbursement) -> dict[str, Any]:
    return {
        "disbursement_id": paid.disbursement_id,
        "disbursed_on": paid.disbursed_on,
        "amount": paid.amount,
        "voucher_no": paid.voucher_no,
        "payee": paid.payee,
        "reversed_on": paid.reversed_on,
        "checked_on": paid.checked_on,
    }


def group_document(state: GroupState) -> dict[str, Any]:
    """Give a group as it stands."""
    formed = state.formed
    if formed is None:
        raise TypeError("a group that was not formed has no document")
    return {
        "group_id": formed.group_id,
        "name": formed.name,
        "commune": formed.commune,
        "union": formed.union,
        "formed_on": formed.formed_on,
        "leader_id": state.leaders[-1][1],
        "leaders": [{"since": since, "leader_id": leader} for since, leader in state.leaders],
        "dissolved_on": state.dissolved_on,
    }
