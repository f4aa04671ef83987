"""Money paid out and back, and what it bought."""

from dataclasses import dataclass
from datetime import date
from typing import Literal
from uuid import UUID

from shared.event import event
from shared.money import Money
from shared.sealed import Sealed

Method = Literal["cash", "transfer"]
PayeeKind = Literal["borrower", "member", "third_party"]
EvidenceKind = Literal["photo", "document", "signature", "location"]
Effect = Literal["good", "some", "low", "none"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Payee:
    """Who was handed the money; numbers only as keyed pseudonyms `h1:…`."""

    kind: PayeeKind
    member_id: UUID | None = None
    account_ref: str | None = None
    citizen_ref: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """A picture or paper, by the hash of its content."""

    sha256: str
    kind: EvidenceKind


@event("LoanDisbursed", dated_by="disbursed_on")
class LoanDisbursed:
    """The household holds the money; the 30-day clock of the use check starts."""

    loan_id: UUID
    household_id: UUID
    disbursement_id: UUID
    disbursed_on: date
    amount: Money
    method: Method
    payee: Payee
    voucher_no: str
    transaction_point: str | None = None
    acknowledged: tuple[str, ...] = ()
    """The findings that the teller was told this would open, and recorded it all the same."""


@event("DisbursementReversed", dated_by="reversed_on")
class DisbursementReversed:
    """A disbursement is taken back in whole: from that day it counts as never made."""

    loan_id: UUID
    household_id: UUID
    disbursement_id: UUID
    reversed_on: date
    reason: Sealed


@event("LoanUseInspected", dated_by="inspected_on")
class LoanUseInspected:
    """Somebody saw what the money bought (form 06/TD)."""

    loan_id: UUID
    household_id: UUID
    inspection_id: UUID
    disbursement_id: UUID
    inspected_on: date
    inspector: str
    amount_received: Money
    right_purpose_amount: Money
    wrong_purpose_amount: Money
    actual_use: Sealed
    stated_outstanding: Money | None = None
    evidence: tuple[Evidence, ...] = ()
    effect: Effect | None = None


@event("RepaymentRecorded", dated_by="paid_on")
class RepaymentRecorded:
    """Principal or interest was paid."""

    loan_id: UUID
    household_id: UUID
    repayment_id: UUID
    paid_on: date
    principal: Money
    interest: Money
    payer: str | None = None
    voucher_no: str | None = None
