import pytest

from services.loans.errors import (
    AlreadyRecorded,
    DisbursementAlreadyReversed,
    DisbursementNotFound,
    LoanAlreadyClosed,
    OverRepayment,
    OverReversal,
    WouldOpenFindings,
)
from services.loans.events import LoanDisbursed
from shared.ids import named
from shared.policy.outstanding import outstanding_on
from tests.support.lending import (
    applied,
    approved,
    disburse,
    inspect,
    lent,
    on,
    repay,
    reverse,
)

SECOND = named("second disbursement")


def test_a_disbursement_without_approval_must_be_acknowledged() -> None:
    refusal = applied().refuses(disburse(), WouldOpenFindings)
    assert [found["code"] for found in refusal.extra()["would_open"]] == ["NOT_APPROVED"]
    (paid,) = applied().when(disburse(acknowledged=("NOT_APPROVED",)))
    assert isinstance(paid, LoanDisbursed)
    assert paid.acknowledged == ("NOT_APPROVED",)


def test_every_code_must_be_acknowledged() -> None:
    applied().refuses(disburse(acknowledged=("ROLLOVER",)), WouldOpenFindings)


def test_the_approved_amount_may_be_paid_in_parts_and_not_exceeded() -> None:
    begun = approved().after(disburse(amount=30_000_000))
    assert begun.when(disburse(days=11, amount=20_000_000, which=SECOND))
    begun.refuses(disburse(days=11, amount=20_000_001, which=SECOND), WouldOpenFindings)


def test_a_voucher_number_is_used_once_in_a_loan() -> None:
    begun = approved().after(disburse(amount=10_000_000, voucher_no="GN-1"))
    again = disburse(days=11, amount=10_000_000, which=SECOND, voucher_no="GN-1")
    begun.refuses(again, AlreadyRecorded)


def test_a_reversal_is_of_a_disbursement_of_the_loan_and_happens_once() -> None:
    lent().refuses(reverse(which=SECOND), DisbursementNotFound)
    lent().after(reverse()).refuses(reverse(days=13), DisbursementAlreadyReversed)


def test_after_a_reversal_the_money_may_be_paid_out_again() -> None:
    assert lent().after(reverse()).when(disburse(days=13, which=SECOND))


def test_a_reversal_leaves_no_negative_debt() -> None:
    lent().after(repay(days=11, principal=1)).refuses(reverse(), OverReversal)


def test_repaying_what_is_owed_settles_and_closes() -> None:
    settled = lent().after(repay())
    assert outstanding_on(settled.state.life.ledger, on(40)) == 0
    settled.refuses(repay(days=40, principal=1), LoanAlreadyClosed)
    settled.refuses(inspect(days=41), LoanAlreadyClosed)
    settled.refuses(disburse(days=41, which=SECOND), LoanAlreadyClosed)


def test_a_check_made_before_the_settlement_may_be_recorded_after_it() -> None:
    assert lent().after(repay()).when(inspect(days=39))


def test_repaying_more_than_is_owed_is_refused_with_the_limit() -> None:
    refusal = lent().refuses(repay(principal=50_000_001), OverRepayment)
    assert refusal.details == {"asked": 50_000_001, "limit": 50_000_000}


def test_a_repayment_before_the_disbursement_is_refused() -> None:
    lent().refuses(repay(days=9, principal=1), OverRepayment)
    assert lent().when(repay(days=10, principal=1))


def test_a_late_repayment_is_judged_on_every_date_from_its_own_on() -> None:
    paid = lent().after(repay(days=60, principal=30_000_000))
    assert paid.when(repay(days=20, principal=20_000_000))
    paid.refuses(repay(days=20, principal=20_000_001), OverRepayment)


def test_interest_alone_is_a_repayment_and_nothing_is_none() -> None:
    assert lent().when(repay(principal=0, interest=1))
    lent().finds_malformed(repay(principal=0, interest=0), "/principal", "out-of-range")


@pytest.mark.parametrize(("right", "wrong"), [(50, 0), (20, 30), (0, 0)])
def test_not_more_is_spent_than_received(right: int, wrong: int) -> None:
    assert lent().when(inspect(right=right, wrong=wrong, received=50))
    lent().finds_malformed(
        inspect(right=right, wrong=51 - right, received=50), "/wrong_purpose_amount", "out-of-range"
    )


def test_a_check_is_of_a_disbursement_of_the_loan() -> None:
    lent().finds_malformed(inspect(which=SECOND), "/disbursement_id", "not-in-list")
