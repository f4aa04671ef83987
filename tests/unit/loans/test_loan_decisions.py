import pytest

from services.loans.commands import LoanCommand
from services.loans.errors import (
    AlreadyRecorded,
    FourEyesBroken,
    LoanAlreadyApproved,
    LoanAlreadyClosed,
    LoanAlreadyConfirmed,
    LoanAlreadyDisbursed,
    LoanNotFound,
)
from services.loans.events import LoanApproved, LoanConfirmed
from shared.recorded import Actor
from tests.support.lending import (
    CONTROLLER,
    HOUSEHOLD,
    OFFICIAL,
    TELLER,
    application,
    applied,
    approve,
    approved,
    confirm,
    disburse,
    inspect,
    lent,
    no_loan,
    on,
    reject,
    repay,
    reverse,
    withdraw,
)

STEPS: tuple[LoanCommand, ...] = (
    confirm(),
    approve(),
    reject(),
    withdraw(),
    disburse(),
    reverse(),
    inspect(),
    repay(),
)


@pytest.mark.parametrize("step", STEPS, ids=lambda step: type(step).__name__)
def test_no_step_without_an_application(step: LoanCommand) -> None:
    no_loan().refuses(step, LoanNotFound)


@pytest.mark.parametrize("step", STEPS, ids=lambda step: type(step).__name__)
def test_no_step_after_a_rejection(step: LoanCommand) -> None:
    applied().after(reject()).refuses(step, LoanAlreadyClosed)


@pytest.mark.parametrize("step", STEPS, ids=lambda step: type(step).__name__)
def test_no_step_after_a_withdrawal(step: LoanCommand) -> None:
    approved().after(withdraw()).refuses(step, LoanAlreadyClosed)


def test_a_loan_is_applied_for_once() -> None:
    applied().refuses(application(), AlreadyRecorded)


def test_confirmation_and_approval_carry_the_household() -> None:
    (confirmed,) = applied().when(confirm())
    assert isinstance(confirmed, LoanConfirmed)
    assert confirmed.household_id == HOUSEHOLD
    (decided,) = applied().when(approve())
    assert isinstance(decided, LoanApproved)
    assert decided.household_id == HOUSEHOLD


def test_approval_without_confirmation_is_recordable_and_confirmation_may_follow() -> None:
    assert applied().after(approve()).when(confirm())


def test_the_commune_confirms_once() -> None:
    applied().after(confirm()).refuses(confirm(days=3), LoanAlreadyConfirmed)


def test_there_is_no_second_decision() -> None:
    approved().refuses(approve(days=5), LoanAlreadyApproved)
    approved().refuses(reject(days=5), LoanAlreadyApproved)


@pytest.mark.parametrize(
    ("by", "who"),
    [
        ("teller", CONTROLLER),
        ("controller", TELLER),
        ("official", CONTROLLER),
        ("controller", OFFICIAL),
        ("controller", Actor(sub="controller", related=(HOUSEHOLD,))),
    ],
)
def test_whoever_approves_neither_asked_nor_confirmed_nor_is_related(by: str, who: Actor) -> None:
    applied().after(confirm()).refuses(approve(by=by), FourEyesBroken, who)


def test_whoever_approved_does_not_confirm_afterwards() -> None:
    applied().after(approve()).refuses(confirm(by="controller"), FourEyesBroken)


def test_somebody_else_approves() -> None:
    assert applied().after(confirm()).when(approve())


def test_an_approval_is_not_valid_until_before_it() -> None:
    assert applied().when(approve(valid_until=on(4)))
    applied().finds_malformed(approve(valid_until=on(3)), "/valid_until", "out-of-order")


def test_an_application_does_not_end_once_money_is_out() -> None:
    lent().refuses(withdraw(days=11), LoanAlreadyDisbursed)
    applied().after(disburse(acknowledged=("NOT_APPROVED",))).refuses(
        reject(days=11), LoanAlreadyDisbursed
    )


def test_a_reversed_disbursement_counts_as_never_made() -> None:
    assert lent().after(reverse()).when(withdraw(days=13))
