"""Debts that are not paid as agreed, and what is done about them."""

from datetime import date
from typing import Literal
from uuid import UUID

from shared.event import event
from shared.money import Money
from shared.sealed import Sealed

Outcome = Literal["promised", "absent", "left_area", "unable", "refused", "other"]
Cause = Literal["objective", "subjective"]


@event("LoanBecameOverdue", dated_by="since")
class LoanBecameOverdue:
    """The debt was moved to overdue (form 14/TD)."""

    loan_id: UUID
    household_id: UUID
    since: date


@event("LoanBecameCurrent", dated_by="ended_on")
class LoanBecameCurrent:
    """The debt is in order again; that day it is no longer overdue."""

    loan_id: UUID
    household_id: UUID
    ended_on: date


@event("BorrowerContacted", dated_by="contacted_on")
class BorrowerContacted:
    """Somebody spoke with the borrower about the debt, or tried to."""

    loan_id: UUID
    household_id: UUID
    contact_id: UUID
    contacted_on: date
    outcome: Outcome
    promised_on: date | None = None
    cause: Cause | None = None


@event("LoanExtended", dated_by="granted_on")
class LoanExtended:
    """The debt may be paid later (form 09/TD)."""

    loan_id: UUID
    household_id: UUID
    granted_on: date
    until: date


@event("LoanFrozen", dated_by="since")
class LoanFrozen:
    """The debt rests from `since` (`from` in the request) to `until`, both days included."""

    loan_id: UUID
    household_id: UUID
    since: date
    until: date


@event("LoanWrittenOff", dated_by="written_off_on")
class LoanWrittenOff:
    """A part of the principal is given up."""

    loan_id: UUID
    household_id: UUID
    written_off_on: date
    amount: Money


@event("RecallOrdered", dated_by="ordered_on")
class RecallOrdered:
    """The bank wants an amount back before its time."""

    loan_id: UUID
    household_id: UUID
    recall_id: UUID
    ordered_on: date
    due_on: date
    amount: Money
    reason: Sealed


@event("RecallCollected", dated_by="collected_on")
class RecallCollected:
    """Money came back on a recall."""

    loan_id: UUID
    household_id: UUID
    recall_id: UUID
    collected_on: date
    amount: Money
