"""Which findings are proved: of the rules over one household, with all the events that each reads.

A rule is run again over events of these types alone, in the services that publish them; so what
is shown of those services is all that its finding can depend on. Other rules are attested.
"""

from typing import Any

from services.households.events import (
    ComplaintFiled,
    ExitTargetSet,
    ExitTargetWithdrawn,
    HouseholdClassified,
    HouseholdClosed,
    HouseholdGroupsSet,
    HouseholdRegistered,
    MemberJoined,
    MemberLeft,
    PlanItemAgreed,
    PlanItemCompleted,
    PlanItemWithdrawn,
    ResultPosted,
    ResultReverified,
    ReviewScored,
    SupportDelivered,
    SupportEntitled,
    SupportWithdrawn,
    VillageMeetingHeld,
)
from services.loans.events import (
    BorrowerContacted,
    DisbursementReversed,
    LoanApplied,
    LoanApproved,
    LoanBecameCurrent,
    LoanBecameOverdue,
    LoanConfirmed,
    LoanDisbursed,
    LoanExtended,
    LoanFrozen,
    LoanRejected,
    LoanUseInspected,
    LoanWithdrawn,
    LoanWrittenOff,
    RecallCollected,
    RecallOrdered,
    RepaymentRecorded,
)
from services.reporting.domain.rule import Rule
from services.reporting.domain.sources import REGISTRIES
from services.reporting.rules import BY_CODE
from services.sponsorship.events import (
    AssignmentEnded,
    DifficultyRaised,
    DifficultyResolved,
    HandoverAccepted,
    HandoverOffered,
    HandoverRefused,
    HouseholdEnrolled,
    OutcomeAssessed,
    PledgeFulfilled,
    PledgeWithdrawn,
    SponsorAssigned,
    SupportPledged,
    VisitRecorded,
)

_MOVES = (LoanDisbursed, DisbursementReversed, RepaymentRecorded, RecallCollected, LoanWrittenOff)
_DECIDED = (LoanApproved, LoanRejected, LoanWithdrawn)
_MONEY = (LoanApplied, *_MOVES)
_ASKED = (LoanApplied, LoanConfirmed, *_DECIDED)
_PAYMENTS = (LoanApplied, LoanDisbursed, DisbursementReversed)
_PEOPLE = (HouseholdRegistered, MemberJoined, MemberLeft, HouseholdClosed)
_AIMS = (ExitTargetSet, ExitTargetWithdrawn, HouseholdGroupsSet, HouseholdClosed)
_HELP = (SponsorAssigned, HandoverAccepted, AssignmentEnded, HouseholdClosed)
_PLEDGES = (SupportPledged, PledgeFulfilled, PledgeWithdrawn, *_HELP)
_TROUBLES = (DifficultyRaised, DifficultyResolved, *_HELP)
_ITEMS = (PlanItemAgreed, PlanItemCompleted, PlanItemWithdrawn)
_SUPPORT = (SupportEntitled, SupportDelivered, SupportWithdrawn, HouseholdClosed)
_TIMELY = (HouseholdClassified, *_PAYMENTS, PlanItemAgreed, VisitRecorded, SponsorAssigned)
READS: dict[str, tuple[type[Any], ...]] = {
    "WRONG_PURPOSE": (LoanUseInspected, DisbursementReversed, RecallCollected),
    "PIGGYBACK": (LoanDisbursed, DisbursementReversed, LoanUseInspected),
    "NOT_USED": (LoanDisbursed, DisbursementReversed, LoanUseInspected),
    "LEDGER_MISMATCH": (LoanUseInspected, *_MOVES),
    "WRONG_BENEFICIARY": (HouseholdClassified, *_ASKED, *_MOVES),
    "UNKNOWN_BORROWER": (*_PEOPLE, *_PAYMENTS),
    "AFTER_DEPARTURE": (*_PEOPLE, *_PAYMENTS),
    "OVER_CEILING": _MONEY,
    "EXCLUSIVE_LOANS": _MONEY,
    "NOT_APPROVED": (LoanApproved, LoanDisbursed, DisbursementReversed),
    "THIRD_PARTY_PAYEE": (LoanDisbursed, DisbursementReversed),
    "ROLLOVER": (LoanDisbursed, DisbursementReversed, RepaymentRecorded),
    "TIMELY_POVERTY": _TIMELY,
    "SCORE_CONTRADICTION": (HouseholdClassified, ReviewScored, ResultReverified),
    "NO_MEETING": (HouseholdClassified, ReviewScored, VillageMeetingHeld),
    "POSTING_SHORT": (HouseholdClassified, ReviewScored, ResultPosted),
    "INCAPABLE_TARGETED": (ExitTargetSet, ExitTargetWithdrawn, HouseholdGroupsSet),
    "STATUS_FLIP": (HouseholdClassified,),
    "LATE_RECORDING": (HouseholdClassified, LoanDisbursed),
    "REVIEW_MISSING": (HouseholdClassified, HouseholdClosed),
    "REVIEW_STUCK": (ReviewScored, HouseholdClassified, HouseholdClosed),
    "COMPLAINT_WAITING": (ComplaintFiled, ResultReverified, HouseholdClosed),
    "TARGET_WITHOUT_SPONSOR": (*_AIMS, *_HELP),
    "TARGET_WITHOUT_PLAN": (*_AIMS, *_ITEMS),
    "TARGET_MISSED": (*_AIMS, HouseholdClassified),
    "PLAN_ITEM_OVERDUE": (*_ITEMS, HouseholdClosed),
    "SUPPORT_OVERDUE": _SUPPORT,
    "SPONSOR_ABSENT": (*_HELP, VisitRecorded),
    "PLEDGE_OVERDUE": _PLEDGES,
    "DIFFICULTY_UNANSWERED": _TROUBLES,
    "HANDOVER_WAITING": (*_HELP, HandoverOffered, HandoverRefused),
    "CONFIRMATION_OVERDUE": _ASKED,
    "DECISION_OVERDUE": _ASKED,
    "DISBURSEMENT_OVERDUE": (LoanApproved, LoanDisbursed, DisbursementReversed, LoanWithdrawn),
    "USE_CHECK_OVERDUE": (LoanDisbursed, DisbursementReversed, LoanUseInspected),
    "LOAN_INACTIVE": (*_MONEY, LoanFrozen),
    "OVERDUE_UNWORKED": (
        LoanBecameOverdue,
        LoanBecameCurrent,
        BorrowerContacted,
        LoanExtended,
        LoanFrozen,
        RecallOrdered,
        *_MOVES,
    ),
    "FREEZE_ENDING": (LoanFrozen, LoanExtended, *_MOVES),
    "RECALL_UNPAID": (RecallOrdered, *_MOVES),
    "MODEL_UNASSESSED": (HouseholdEnrolled, OutcomeAssessed, HouseholdClosed),
}
"""The types of events that the proved rules read."""


def rule_of(code: str) -> Rule | None:
    """Return the rule of a code if its findings are proved; else None."""
    found = BY_CODE.get(code)
    return found if isinstance(found, Rule) and code in READS else None


def sources_of(code: str) -> tuple[str, ...]:
    """Return the services whose whole history of a household proves a finding of the rule."""
    reads = set(READS[code])
    return tuple(source for source, own in REGISTRIES.items() if reads & set(own.events))
