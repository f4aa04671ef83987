"""What has happened to loans and groups: the published language of this service."""

from services.loans.events.debts import (
    BorrowerContacted,
    LoanBecameCurrent,
    LoanBecameOverdue,
    LoanExtended,
    LoanFrozen,
    LoanWrittenOff,
    RecallCollected,
    RecallOrdered,
)
from services.loans.events.decisions import (
    LoanApplied,
    LoanApproved,
    LoanConfirmed,
    LoanRejected,
    LoanWithdrawn,
)
from services.loans.events.groups import (
    CreditGroupDissolved,
    CreditGroupFormed,
    GroupLeaderChanged,
)
from services.loans.events.money import (
    DisbursementReversed,
    Evidence,
    LoanDisbursed,
    LoanUseInspected,
    Payee,
    RepaymentRecorded,
)
from shared.codec import Registry
from shared.corrections import EventCorrected

GroupEvent = CreditGroupFormed | GroupLeaderChanged | CreditGroupDissolved
"""What a group's history is made of once corrections are applied."""

LoanEvent = (
    LoanApplied
    | LoanConfirmed
    | LoanWithdrawn
    | LoanApproved
    | LoanRejected
    | LoanDisbursed
    | DisbursementReversed
    | LoanUseInspected
    | RepaymentRecorded
    | LoanBecameOverdue
    | LoanBecameCurrent
    | BorrowerContacted
    | LoanExtended
    | LoanFrozen
    | LoanWrittenOff
    | RecallOrdered
    | RecallCollected
)
"""What a loan's history is made of once corrections are applied."""

EVENTS: tuple[type, ...] = (
    CreditGroupFormed,
    GroupLeaderChanged,
    CreditGroupDissolved,
    LoanApplied,
    LoanConfirmed,
    LoanWithdrawn,
    LoanApproved,
    LoanRejected,
    LoanDisbursed,
    DisbursementReversed,
    LoanUseInspected,
    RepaymentRecorded,
    LoanBecameOverdue,
    LoanBecameCurrent,
    BorrowerContacted,
    LoanExtended,
    LoanFrozen,
    LoanWrittenOff,
    RecallOrdered,
    RecallCollected,
    EventCorrected,
)

REGISTRY = Registry("loans", EVENTS)

__all__ = [
    "EVENTS",
    "REGISTRY",
    "BorrowerContacted",
    "CreditGroupDissolved",
    "CreditGroupFormed",
    "DisbursementReversed",
    "EventCorrected",
    "Evidence",
    "GroupEvent",
    "GroupLeaderChanged",
    "LoanApplied",
    "LoanApproved",
    "LoanBecameCurrent",
    "LoanBecameOverdue",
    "LoanConfirmed",
    "LoanDisbursed",
    "LoanEvent",
    "LoanExtended",
    "LoanFrozen",
    "LoanRejected",
    "LoanUseInspected",
    "LoanWithdrawn",
    "LoanWrittenOff",
    "Payee",
    "RecallCollected",
    "RecallOrdered",
    "RepaymentRecorded",
]
