"""What may be asked of loans and groups, already parsed; texts sealed, numbers as pseudonyms."""

from dataclasses import field
from datetime import date
from uuid import UUID

from services.loans.events.debts import Cause, Outcome
from services.loans.events.groups import Union
from services.loans.events.money import Effect, Evidence, Method, Payee
from services.loans.policies import DisbursementContext
from shared.areas import Commune
from shared.event import command
from shared.money import Money
from shared.sealed import Sealed


@command
class FormGroup:
    """Set up a savings-and-credit group."""

    group_id: UUID
    formed_on: date
    name: str
    commune: Commune
    union: Union
    leader_id: str


@command
class ChangeLeader:
    """Let somebody else head a group."""

    group_id: UUID
    since: date
    leader_id: str


@command
class DissolveGroup:
    """End a group."""

    group_id: UUID
    dissolved_on: date
    reason: Sealed


@command
class ApplyForLoan:
    """Ask for a loan."""

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
    commune_given: bool = False
    """Whether the request named it; else it is the household's, as known here."""


@command
class ConfirmLoan:
    """Confirm residence and class for the commune."""

    loan_id: UUID
    confirmed_on: date
    confirmed_by: str


@command
class WithdrawLoan:
    """Give an application up."""

    loan_id: UUID
    withdrawn_on: date
    reason: Sealed


@command
class ApproveLoan:
    """Decide to lend."""

    loan_id: UUID
    approved_on: date
    approved_by: str
    amount: Money
    rate_bp: int
    term_months: int
    valid_until: date
    decision_no: str


@command
class RejectLoan:
    """Decide not to lend."""

    loan_id: UUID
    rejected_on: date
    reason: Sealed


@command
class DisburseLoan:
    """Record money paid out; `acknowledged` names the findings it is known to open."""

    loan_id: UUID
    disbursement_id: UUID
    disbursed_on: date
    amount: Money
    method: Method
    payee: Payee
    voucher_no: str
    transaction_point: str | None = None
    acknowledged: tuple[str, ...] = ()
    context: DisbursementContext = field(default_factory=DisbursementContext)


@command
class ReverseDisbursement:
    """Take a disbursement back in whole."""

    loan_id: UUID
    disbursement_id: UUID
    reversed_on: date
    reason: Sealed


@command
class InspectLoanUse:
    """Record what was seen of the use of the money."""

    loan_id: UUID
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


@command
class RecordRepayment:
    """Record principal or interest paid."""

    loan_id: UUID
    repayment_id: UUID
    paid_on: date
    principal: Money
    interest: Money
    payer: str | None = None
    voucher_no: str | None = None


@command
class MarkOverdue:
    """Move the debt to overdue."""

    loan_id: UUID
    since: date


@command
class MarkCurrent:
    """Say that the debt is in order again."""

    loan_id: UUID
    ended_on: date


@command
class RecordContact:
    """Record a talk with the borrower, or an attempt."""

    loan_id: UUID
    contact_id: UUID
    contacted_on: date
    outcome: Outcome
    promised_on: date | None = None
    cause: Cause | None = None


@command
class ExtendLoan:
    """Allow more time."""

    loan_id: UUID
    granted_on: date
    until: date


@command
class FreezeLoan:
    """Let the debt rest; `misuse` names confirmed findings that forbid it."""

    loan_id: UUID
    since: date
    until: date
    misuse: tuple[UUID, ...] = ()


@command
class WriteOffLoan:
    """Give principal up; `misuse` names confirmed findings that forbid it."""

    loan_id: UUID
    written_off_on: date
    amount: Money
    misuse: tuple[UUID, ...] = ()


@command
class OrderRecall:
    """Want an amount back before its time."""

    loan_id: UUID
    recall_id: UUID
    ordered_on: date
    due_on: date
    amount: Money
    reason: Sealed


@command
class CollectRecall:
    """Record money that came back on a recall; None: on the only open one."""

    loan_id: UUID
    recall_id: UUID | None = None
    collected_on: date
    amount: Money


GroupCommand = FormGroup | ChangeLeader | DissolveGroup
LoanCommand = (
    ApplyForLoan
    | ConfirmLoan
    | WithdrawLoan
    | ApproveLoan
    | RejectLoan
    | DisburseLoan
    | ReverseDisbursement
    | InspectLoanUse
    | RecordRepayment
    | MarkOverdue
    | MarkCurrent
    | RecordContact
    | ExtendLoan
    | FreezeLoan
    | WriteOffLoan
    | OrderRecall
    | CollectRecall
)
