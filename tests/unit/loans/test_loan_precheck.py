from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from services.loans.decider import would_open
from services.loans.events import Payee
from services.loans.policies import DisbursementContext, KnownHousehold, OtherLoan, PayeeUse, Stay
from shared.areas import commune_on
from shared.ids import named
from shared.money import vnd
from shared.policy.outstanding import Entry
from shared.policy.programmes import Status
from shared.policy.status import Classified
from tests.support.lending import (
    BORROWER,
    DAY,
    HOUSEHOLD,
    Loan,
    applied,
    approve,
    approved,
    confirm,
    disburse,
    on,
)

LONG_AGO = DAY - timedelta(days=400)
COMMUNE = commune_on("01864", LONG_AGO)
assert COMMUNE is not None


def said(on_: date, status: Status) -> tuple[date, Classified]:
    return (on_, Classified(on_, status))


POOR = KnownHousehold(
    registered_on=LONG_AGO,
    places=((LONG_AGO, COMMUNE),),
    stays=(Stay(member_id=BORROWER, joined_on=LONG_AGO),),
    classified=(said(LONG_AGO, "poor"),),
)


def codes(loan: Loan, known: KnownHousehold | None = POOR, **other: Any) -> list[str]:
    context = DisbursementContext(
        household=known, others=other.pop("others", ()), payees=other.pop("payees", ())
    )
    return [found.code for found in would_open(loan.state, disburse(context=context, **other))]


def another(programme: str, *ledger: Entry, member: str = "borrower") -> OtherLoan:
    return OtherLoan(
        loan_id=named("other"), programme=programme, member_id=named(member), ledger=ledger
    )


def test_a_poor_household_with_an_approved_loan_opens_nothing() -> None:
    assert codes(approved()) == []


def test_days_and_money_are_said_as_people_write_them() -> None:
    loan = applied().after(approve(amount=vnd(10_000_000)))
    found = would_open(loan.state, disburse(context=DisbursementContext(household=POOR)))
    (reason,) = (one.reason for one in found if one.code == "NOT_APPROVED")
    assert "10.000.000 đồng" in reason
    assert DAY.strftime("/%m/%Y") in reason.partition(" / ")[0]
    assert "10,000,000 đồng" in reason.partition(" / ")[2]


def test_nothing_is_said_of_a_household_not_heard_of() -> None:
    assert codes(approved(), None) == []


def test_the_wrong_beneficiary_by_the_status_on_the_confirmation() -> None:
    escaped = replace(POOR, classified=(*POOR.classified, said(on(3), "newly_escaped")))
    assert codes(approved(), escaped) == []
    too_soon = replace(POOR, classified=(*POOR.classified, said(on(2), "newly_escaped")))
    assert codes(approved(), too_soon) == ["WRONG_BENEFICIARY"]
    assert codes(applied().after(approve()), escaped) == ["WRONG_BENEFICIARY"]
    assert codes(approved(), replace(POOR, classified=())) == []


def test_the_unknown_borrower() -> None:
    assert codes(approved(), replace(POOR, stays=())) == ["UNKNOWN_BORROWER"]
    assert codes(approved(), replace(POOR, registered_on=on(11))) == ["UNKNOWN_BORROWER"]
    assert codes(approved(), replace(POOR, registered_on=on(10))) == []


def test_after_the_departure_unless_they_came_back() -> None:
    left = Stay(member_id=BORROWER, joined_on=LONG_AGO, left_on=on(10))
    assert codes(approved(), replace(POOR, stays=(left,))) == ["AFTER_DEPARTURE"]
    back = Stay(member_id=BORROWER, joined_on=on(10))
    assert codes(approved(), replace(POOR, stays=(left, back))) == []
    assert codes(approved(), replace(POOR, closed_on=on(10))) == ["AFTER_DEPARTURE"]
    assert codes(approved(), replace(POOR, closed_on=on(11))) == []


def test_the_ceiling_counts_all_loans_of_the_programme() -> None:
    owed = another("HN", Entry(LONG_AGO, "disbursed", 50_000_000))
    assert codes(approved(), others=(owed,)) == []
    more = another("HN", Entry(LONG_AGO, "disbursed", 50_000_001))
    assert codes(approved(), others=(more,)) == ["OVER_CEILING"]


def test_loans_that_exclude_each_other_while_both_are_active() -> None:
    lent, paid = Entry(LONG_AGO, "disbursed", 9), Entry(on(2), "repaid", 9)
    assert codes(approved(), others=(another("HCN", lent),)) == ["EXCLUSIVE_LOANS"]
    assert codes(approved(), others=(another("HCN", lent, paid),)) == []
    assert codes(approved(), others=(another("HN", lent, member="other"),)) == ["EXCLUSIVE_LOANS"]
    assert codes(approved(), others=(another("HSSV", lent),)) == []


def test_money_recorded_late_is_seen_beside_what_was_paid_out_after_it() -> None:
    later = Entry(on(20), "disbursed", 50_000_000)
    assert codes(approved(), others=(another("HN", later),)) == []
    more = Entry(on(20), "disbursed", 50_000_001)
    assert codes(approved(), others=(another("HN", more),)) == ["OVER_CEILING"]
    already = Entry(on(20), "disbursed", 100_000_001)
    assert codes(approved(), others=(another("HN", already),)) == []
    assert codes(approved(), others=(another("HCN", later),)) == ["EXCLUSIVE_LOANS"]
    reversed_at_once = Entry(on(20), "reversed", 50_000_000)
    assert codes(approved(), others=(another("HCN", later, reversed_at_once),)) == []


def test_money_recorded_late_makes_a_later_payment_the_one_beyond_the_approval() -> None:
    paid = approved().after(disburse(days=20, amount=30_000_000))
    for amount, opens in ((20_000_000, []), (20_000_001, ["NOT_APPROVED"])):
        assert codes(paid, amount=amount, which=named("late")) == opens


def test_not_approved_in_time_or_amount() -> None:
    assert codes(applied().after(confirm())) == ["NOT_APPROVED"]
    assert codes(approved(), days=3) == ["NOT_APPROVED"]
    assert codes(approved(), days=64) == []
    assert codes(approved(), days=65) == ["NOT_APPROVED"]
    assert codes(approved(), amount=50_000_001) == ["NOT_APPROVED"]


def test_money_for_somebody_outside_the_household() -> None:
    assert codes(approved(), payee=Payee(kind="third_party")) == ["THIRD_PARTY_PAYEE"]
    assert codes(approved(), payee=Payee(kind="member")) == []


@pytest.mark.parametrize(
    ("use", "opens"),
    [
        (PayeeUse(ref="h1:a", household_id=named("x"), disbursed_on=on(-80)), True),
        (PayeeUse(ref="h1:a", household_id=named("x"), disbursed_on=on(-81)), False),
        (PayeeUse(ref="h1:b", household_id=named("x"), disbursed_on=on(10)), False),
        (PayeeUse(ref="h1:a", household_id=HOUSEHOLD, disbursed_on=on(10)), False),
        (
            PayeeUse(ref="h1:a", household_id=named("x"), disbursed_on=on(5), reversed_on=on(10)),
            False,
        ),
        (
            PayeeUse(ref="h1:a", household_id=named("x"), disbursed_on=on(5), reversed_on=on(11)),
            True,
        ),
    ],
    ids=["90 days", "91 days", "another payee", "same household", "reversed", "reversed later"],
)
def test_a_payee_shared_between_households(use: PayeeUse, *, opens: bool) -> None:
    shared = codes(approved(), payee=Payee(kind="borrower", account_ref="h1:a"), payees=(use,))
    assert shared == (["SHARED_PAYEE"] if opens else [])


def test_new_money_after_the_old_came_back() -> None:
    old = another(
        "HSSV", Entry(LONG_AGO, "disbursed", 50_000_000), Entry(on(3), "repaid", 40_000_000)
    )
    assert codes(approved(), others=(old,)) == ["ROLLOVER"]
    assert codes(approved(), others=(old,), days=11) == []
    assert codes(approved(), others=(old,), amount=39_999_999) == []


def reason(code: str, loan: Loan, **other: Any) -> str:
    context = DisbursementContext(household=POOR, others=other.pop("others", ()))
    found = would_open(loan.state, disburse(context=context, **other))
    return next(one.reason for one in found if one.code == code)


def test_what_would_be_owed_and_the_ceiling_are_said() -> None:
    more = another("HN", Entry(LONG_AGO, "disbursed", 50_000_001))
    said_of = reason("OVER_CEILING", approved(), others=(more,))
    assert "100.000.001 đồng" in said_of
    assert "100.000.000 đồng" in said_of


def test_what_would_be_paid_out_beyond_the_approval_is_said_with_its_day() -> None:
    assert "50.000.001 đồng" in reason("NOT_APPROVED", approved(), amount=50_000_001)
    paid = approved().after(disburse(days=20, amount=30_000_000))
    said_of = reason("NOT_APPROVED", paid, amount=20_000_001, which=named("late"))
    assert "50.000.001 đồng" in said_of
    assert on(20).strftime("%d/%m/%Y") in said_of


def test_a_loan_is_active_down_to_the_last_dong() -> None:
    lent = Entry(LONG_AGO, "disbursed", 9)
    for repaid, opens in ((8, ["EXCLUSIVE_LOANS"]), (9, [])):
        other = another("HCN", lent, Entry(on(2), "repaid", repaid))
        assert codes(approved(), others=(other,)) == opens
    for amount in (1, 9):
        later = Entry(on(20), "disbursed", amount)
        assert codes(approved(), others=(another("HCN", later),)) == ["EXCLUSIVE_LOANS"]


def test_of_several_later_payments_the_first_that_goes_beyond_the_approval_is_said() -> None:
    loan = approved().after(
        disburse(days=20, amount=30_000_000),
        disburse(days=25, amount=10_000_000, which=named("another"), voucher_no="V2"),
    )
    said_of = reason("NOT_APPROVED", loan, amount=25_000_000, which=named("late"))
    assert "55.000.000 đồng" in said_of
    assert on(20).strftime("%d/%m/%Y") in said_of


def test_a_household_that_owes_too_much_already_owes_still_more() -> None:
    owed = another("HN", Entry(LONG_AGO, "disbursed", 100_000_001))
    assert codes(approved(), others=(owed,)) == ["OVER_CEILING"]
