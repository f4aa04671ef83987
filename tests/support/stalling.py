"""Builders of the facts that cases wait for; the rest of them is in `tests.support.facts`."""

from datetime import date, timedelta
from uuid import UUID

from services.households.events import (
    ComplaintFiled,
    ExitTargetSet,
    HouseholdClassified,
    PlanItemAgreed,
    PlanItemCompleted,
    PlanItemWithdrawn,
    ResultReverified,
    ReviewScored,
    SupportDelivered,
    SupportEntitled,
    SupportWithdrawn,
)
from services.loans.events import (
    BorrowerContacted,
    LoanBecameCurrent,
    LoanBecameOverdue,
    LoanExtended,
    LoanFrozen,
    LoanRejected,
    LoanWithdrawn,
    LoanWrittenOff,
    RecallCollected,
    RecallOrdered,
)
from services.sponsorship.events import (
    DifficultyRaised,
    DifficultyResolved,
    HandoverOffered,
    HandoverRefused,
    HouseholdEnrolled,
    OutcomeAssessed,
    PledgeFulfilled,
    PledgeWithdrawn,
    SupportPledged,
)
from shared.money import vnd
from tests.support.facts import DAY, HELP, HOME, LOAN, SEALED, uid

REVIEW, ITEM, SUPPORT = uid("review"), uid("item"), uid("support")
PLEDGE, DIFFICULTY, MODEL, RECALL = uid("pledge"), uid("difficulty"), uid("model"), uid("recall")
YEAR = timedelta(days=365)


def scored(on: date, review: UUID = REVIEW) -> ReviewScored:
    return ReviewScored(
        household_id=HOME,
        review_id=review,
        year=on.year,
        kind="annual",
        b1=120,
        b2=30,
        scored_on=on,
        reviewer_ids=("reviewer",),
        area_type="rural",
    )


def decided(on: date, review: UUID | None = REVIEW, status: str = "poor") -> HouseholdClassified:
    return HouseholdClassified(
        household_id=HOME,
        decided_on=on,
        status=status,
        decision_no="12/QĐ",
        effective_from=on,
        decided_by="chair",
        review_id=review,
    )


def complained(on: date, complaint: UUID | None = None, review: UUID = REVIEW) -> ComplaintFiled:
    return ComplaintFiled(
        household_id=HOME,
        review_id=review,
        filed_on=on,
        complaint_id=complaint or uid("complaint"),
        text=SEALED,
    )


def reverified(on: date, review: UUID = REVIEW) -> ResultReverified:
    return ResultReverified(household_id=HOME, review_id=review, done_on=on, b1=120, b2=30)


def aimed(to: str, on: date = DAY, year: int = DAY.year) -> ExitTargetSet:
    return ExitTargetSet(household_id=HOME, set_on=on, year=year, to=to)


def agreed(on: date = DAY, due: date | None = None, item: UUID = ITEM) -> PlanItemAgreed:
    return PlanItemAgreed(
        household_id=HOME,
        agreed_on=on,
        item_id=item,
        action=SEALED,
        addresses="no_capital",
        responsible="officer",
        due_on=due or on + YEAR,
    )


def completed(on: date, item: UUID = ITEM) -> PlanItemCompleted:
    return PlanItemCompleted(household_id=HOME, item_id=item, completed_on=on)


def dropped(on: date, item: UUID = ITEM) -> PlanItemWithdrawn:
    return PlanItemWithdrawn(household_id=HOME, item_id=item, withdrawn_on=on, reason=SEALED)


def entitled(due: date, on: date = DAY, support: UUID = SUPPORT) -> SupportEntitled:
    return SupportEntitled(
        household_id=HOME, entitled_on=on, support_id=support, policy="tuition", due_on=due
    )


def delivered(on: date, support: UUID = SUPPORT) -> SupportDelivered:
    return SupportDelivered(household_id=HOME, support_id=support, delivered_on=on)


def support_withdrawn(on: date, support: UUID = SUPPORT) -> SupportWithdrawn:
    return SupportWithdrawn(household_id=HOME, support_id=support, withdrawn_on=on, reason=SEALED)


def pledged(due: date, value: int = 10_000_000, on: date = DAY) -> SupportPledged:
    return SupportPledged(
        assignment_id=HELP,
        household_id=HOME,
        commitment_id=PLEDGE,
        pledged_on=on,
        kind="livestock",
        value=vnd(value),
        due_on=due,
    )


def fulfilled(on: date, value: int) -> PledgeFulfilled:
    return PledgeFulfilled(
        assignment_id=HELP,
        household_id=HOME,
        commitment_id=PLEDGE,
        fulfilled_on=on,
        value=vnd(value),
    )


def pledge_withdrawn(on: date) -> PledgeWithdrawn:
    return PledgeWithdrawn(
        assignment_id=HELP,
        household_id=HOME,
        commitment_id=PLEDGE,
        withdrawn_on=on,
        reason=SEALED,
    )


def raised(on: date = DAY) -> DifficultyRaised:
    return DifficultyRaised(
        assignment_id=HELP,
        household_id=HOME,
        difficulty_id=DIFFICULTY,
        raised_on=on,
        category="market",
        text=SEALED,
        asked_of="commune",
    )


def resolved(on: date) -> DifficultyResolved:
    return DifficultyResolved(
        assignment_id=HELP,
        household_id=HOME,
        difficulty_id=DIFFICULTY,
        resolved_on=on,
        outcome=SEALED,
    )


def offered(on: date = DAY) -> HandoverOffered:
    return HandoverOffered(
        assignment_id=HELP, household_id=HOME, offered_on=on, to_sponsor_id=uid("another sponsor")
    )


def refused(on: date) -> HandoverRefused:
    return HandoverRefused(assignment_id=HELP, household_id=HOME, refused_on=on, reason=SEALED)


def enrolled(on: date = DAY, model: UUID = MODEL) -> HouseholdEnrolled:
    return HouseholdEnrolled(
        model_id=model, household_id=HOME, enrolled_on=on, support_value=vnd(5_000_000)
    )


def assessed(on: date, model: UUID = MODEL) -> OutcomeAssessed:
    return OutcomeAssessed(model_id=model, household_id=HOME, assessed_on=on, result="effective")


def rejected(on: date) -> LoanRejected:
    return LoanRejected(loan_id=LOAN, household_id=HOME, rejected_on=on, reason=SEALED)


def withdrawn(on: date) -> LoanWithdrawn:
    return LoanWithdrawn(loan_id=LOAN, household_id=HOME, withdrawn_on=on, reason=SEALED)


def overdue(on: date = DAY) -> LoanBecameOverdue:
    return LoanBecameOverdue(loan_id=LOAN, household_id=HOME, since=on)


def current(on: date) -> LoanBecameCurrent:
    return LoanBecameCurrent(loan_id=LOAN, household_id=HOME, ended_on=on)


def contacted(on: date) -> BorrowerContacted:
    return BorrowerContacted(
        loan_id=LOAN,
        household_id=HOME,
        contact_id=uid(f"contact {on}"),
        contacted_on=on,
        outcome="absent",
    )


def extended(on: date) -> LoanExtended:
    return LoanExtended(loan_id=LOAN, household_id=HOME, granted_on=on, until=on + YEAR)


def frozen(on: date, until: date) -> LoanFrozen:
    return LoanFrozen(loan_id=LOAN, household_id=HOME, since=on, until=until)


def written_off(on: date, amount: int) -> LoanWrittenOff:
    return LoanWrittenOff(loan_id=LOAN, household_id=HOME, written_off_on=on, amount=vnd(amount))


def recalled(
    on: date,
    due: date,
    amount: int,
    recall: UUID = RECALL,
    loan: UUID = LOAN,
    home: UUID = HOME,
) -> RecallOrdered:
    return RecallOrdered(
        loan_id=loan,
        household_id=home,
        recall_id=recall,
        ordered_on=on,
        due_on=due,
        amount=vnd(amount),
        reason=SEALED,
    )


def came_back(on: date, amount: int, recall: UUID = RECALL) -> RecallCollected:
    return RecallCollected(
        loan_id=LOAN,
        household_id=HOME,
        recall_id=recall,
        collected_on=on,
        amount=vnd(amount),
    )
