"""From the application to the decision of the bank."""

from datetime import date
from uuid import UUID

from shared.areas import Commune
from shared.event import event
from shared.money import Money
from shared.sealed import Sealed


@event("LoanApplied", dated_by="applied_on")
class LoanApplied:
    """A household asks for a loan (form 01/TD)."""

    loan_id: UUID
    household_id: UUID
    applied_on: date
    borrower_member_id: UUID
    group_id: UUID | None = None
    programme: str
    purpose: str
    purpose_note: Sealed | None = None
    amount: Money
    term_months: int
    commune: Commune | None = None
    """As given, else the household's as this service knew it; None where it knew none."""


@event("LoanConfirmed", dated_by="confirmed_on")
class LoanConfirmed:
    """The commune confirms residence and beneficiary class (form 03/TD)."""

    loan_id: UUID
    household_id: UUID
    confirmed_on: date
    confirmed_by: str


@event("LoanWithdrawn", dated_by="withdrawn_on")
class LoanWithdrawn:
    """The borrower gives the application up before any money was paid out."""

    loan_id: UUID
    household_id: UUID
    withdrawn_on: date
    reason: Sealed


@event("LoanApproved", dated_by="approved_on")
class LoanApproved:
    """The bank decides to lend (form 04/TD)."""

    loan_id: UUID
    household_id: UUID
    approved_on: date
    approved_by: str
    amount: Money
    rate_bp: int
    """Basis points a year."""
    term_months: int
    valid_until: date
    decision_no: str


@event("LoanRejected", dated_by="rejected_on")
class LoanRejected:
    """The application is refused for good."""

    loan_id: UUID
    household_id: UUID
    rejected_on: date
    reason: Sealed
