"""What is owed, frozen, and where the money of a loan is, to the day and the đồng."""

from datetime import date
from typing import Any

import pytest

from services.reporting.domain.debts import frozen_on
from services.reporting.domain.dossier import Dossier, effective, fold
from services.reporting.domain.holdings import Holdings
from services.reporting.domain.loan_buckets import changes_of, held_on
from tests.support.facts import (
    HOME,
    applied,
    approved,
    day,
    disbursed,
    history,
    inspected,
    repaid,
    taken_back,
    uid,
)
from tests.support.stalling import frozen

M = 1_000_000
NEXT, OTHER = uid("next disbursement"), uid("other loan")
BUCKETS = (
    *("undisbursed", "unevidenced", "on_purpose", "off_purpose"),
    *("repaid", "recalled", "written_off"),
)


def known(*facts: Any) -> Dossier:
    return fold(HOME, history(*facts))


@pytest.mark.parametrize(("days", "rests"), [(4, False), (5, True), (9, True), (10, False)])
def test_a_frozen_debt_rests_on_the_first_and_on_the_last_day(days: int, *, rests: bool) -> None:
    (loan,) = known(applied(), disbursed(), frozen(day(5), day(9))).loans
    assert frozen_on(loan, day(days)) is rests


def owed(*facts: Any) -> int:
    holdings = Holdings()
    for fact in effective(history(*facts)):
        holdings.add(fact)
    return holdings.owed


def test_a_loan_owes_what_was_paid_out_and_not_paid_back() -> None:
    assert owed(applied(), disbursed(), repaid(day(1), 20 * M)) == 30 * M


def test_a_loan_counts_once_it_was_asked_for_with_all_that_was_paid_before() -> None:
    asked = applied(on=day(5))
    assert owed(disbursed(), repaid(day(1), 20 * M)) == 0
    assert owed(disbursed(), repaid(day(1), 20 * M), asked) == 30 * M
    assert owed(disbursed(), asked, repaid(day(9), 20 * M)) == 30 * M
    other = disbursed(paid=NEXT, loan=OTHER)
    assert owed(applied(), disbursed(), other) == 50 * M


def test_a_reversed_disbursement_owes_nothing_however_often_and_in_whatever_order() -> None:
    back = taken_back(day(3))
    assert owed(applied(), disbursed(), back) == 0
    assert owed(applied(), disbursed(), back, back) == 0
    assert owed(applied(), disbursed(day(5)), back) == 0
    assert owed(applied(), disbursed(), taken_back(day(3), NEXT)) == 50 * M
    assert owed(applied(), disbursed(), disbursed(day(1), 9 * M, NEXT), back) == 9 * M


def test_the_last_payment_is_that_of_a_loan_asked_for_that_was_not_reversed() -> None:
    def last(*facts: Any) -> date | None:
        holdings = Holdings()
        for fact in effective(history(*facts)):
            holdings.add(fact)
        found = holdings.last_paid()
        return found.on if found else None

    first, second = disbursed(), disbursed(day(1), 9 * M, NEXT)
    assert last() is None
    assert last(applied(), first, second) == day(1)
    assert last(applied(), first, second, taken_back(day(3), NEXT)) == day(0)
    assert last(applied(), first, taken_back(day(3))) is None
    assert last(applied(), first, disbursed(day(2), 9 * M, NEXT, OTHER)) == day(0)


def held(on: date, *facts: Any) -> tuple[bool, dict[str, int]]:
    (loan,) = known(*facts).loans
    paid, money = held_on(changes_of(loan), on)
    return paid, {name: each for name, each in zip(BUCKETS, money, strict=True) if each}


def test_what_is_still_owed_was_first_spent_off_purpose_then_on_it() -> None:
    facts = (disbursed(), inspected(day(3), wrong=20 * M), repaid(day(5), 10 * M))
    assert held(day(2), *facts)[1] == {"unevidenced": 50 * M}
    assert held(day(3), *facts)[1] == {"on_purpose": 30 * M, "off_purpose": 20 * M}
    expected = {"on_purpose": 20 * M, "off_purpose": 20 * M, "repaid": 10 * M}
    assert held(day(5), *facts)[1] == expected
    more = (*facts, repaid(day(6), 30 * M))
    assert held(day(6), *more)[1] == {"off_purpose": 10 * M, "repaid": 40 * M}


def test_what_a_check_says_nothing_about_is_unevidenced() -> None:
    facts = (disbursed(), inspected(day(3), wrong=5 * M, right=15 * M))
    expected = {"unevidenced": 30 * M, "on_purpose": 15 * M, "off_purpose": 5 * M}
    assert held(day(3), *facts)[1] == expected
    again = inspected(day(4), wrong=0, right=40 * M)
    assert held(day(4), *facts, again)[1] == {"unevidenced": 10 * M, "on_purpose": 40 * M}


def test_money_that_may_still_come_is_undisbursed_and_what_was_reversed_never_came() -> None:
    facts = (approved(day(-1)), disbursed(day(0), 20 * M), taken_back(day(4)))
    assert held(day(-1), *facts) == (False, {"undisbursed": 50 * M})
    assert held(day(0), *facts) == (True, {"undisbursed": 30 * M, "unevidenced": 20 * M})
    assert held(day(3), *facts) == (True, {"undisbursed": 30 * M, "unevidenced": 20 * M})
    assert held(day(4), *facts) == (False, {"undisbursed": 50 * M})
    never = (approved(day(-1)), disbursed(day(0), 20 * M), taken_back(day(0)))
    assert held(day(0), *never) == (False, {"undisbursed": 50 * M})
