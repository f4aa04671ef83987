from dataclasses import replace
from datetime import date, timedelta

import pytest

from shared.money import vnd
from shared.policy.arrears import ArrearsChange
from shared.policy.eligibility import Approval
from shared.policy.outstanding import Entry, buckets_on, lowest_from, outstanding_on, settled_on
from shared.policy.standing import Freeze, Life, Standing, standing_on, standings

DAY = date(2025, 3, 3)


def on(days: int) -> date:
    return DAY + timedelta(days=days)


def overdue(days: int) -> ArrearsChange:
    return ArrearsChange(on(days), "overdue")


def current(days: int) -> ArrearsChange:
    return ArrearsChange(on(days), "current")


APPROVED = Life(applied_on=DAY, confirmed_on=on(2), approval=Approval(on(4), on(30), vnd(50)))
LENT = replace(APPROVED, ledger=(Entry(on(10), "disbursed", 50),))


@pytest.mark.parametrize(
    ("life", "days", "standing"),
    [
        (APPROVED, 0, "applied"),
        (APPROVED, 2, "confirmed"),
        (APPROVED, 4, "approved"),
        (APPROVED, 30, "approved"),
        (APPROVED, 31, "expired"),
        (replace(APPROVED, withdrawn_on=on(6)), 6, "withdrawn"),
        (Life(applied_on=DAY, rejected_on=on(3)), 3, "rejected"),
        (LENT, 9, "approved"),
        (LENT, 10, "active"),
        (LENT, 60, "active"),
        (replace(LENT, arrears=(overdue(40),)), 40, "overdue"),
        (replace(LENT, arrears=(overdue(40), current(50))), 49, "overdue"),
        (replace(LENT, arrears=(overdue(40), current(50))), 50, "active"),
        (replace(LENT, arrears=(overdue(30), current(40), overdue(40))), 40, "overdue"),
        (replace(LENT, arrears=(overdue(30), overdue(40), current(40))), 40, "active"),
        (replace(LENT, arrears=(overdue(40), overdue(30), current(40))), 40, "active"),
        (replace(LENT, arrears=(overdue(40),), extended=(on(39),)), 40, "overdue"),
        (replace(LENT, arrears=(overdue(40),), extended=(on(40),)), 40, "active"),
        (replace(LENT, frozen=(Freeze(on(40), on(50)),)), 50, "frozen"),
        (replace(LENT, frozen=(Freeze(on(40), on(50)),)), 51, "active"),
        (replace(LENT, arrears=(overdue(30),), frozen=(Freeze(on(40), on(50)),)), 51, "active"),
        (replace(LENT, ledger=(*LENT.ledger, Entry(on(20), "repaid", 50))), 20, "settled"),
        (replace(LENT, ledger=(*LENT.ledger, Entry(on(20), "written_off", 50))), 20, "written_off"),
        (replace(LENT, ledger=(*LENT.ledger, Entry(on(20), "reversed", 50))), 20, "approved"),
    ],
)
def test_how_a_loan_stands(life: Life, days: int, standing: Standing) -> None:
    assert standing_on(life, on(days)) == standing


def test_standings_to_come_are_given_with_their_days() -> None:
    found = [(row.since, row.standing) for row in standings(APPROVED)]
    assert found == [
        (DAY, "applied"),
        (on(2), "confirmed"),
        (on(4), "approved"),
        (on(31), "expired"),
    ]


def test_what_is_owed_counts_the_whole_day() -> None:
    ledger = (Entry(DAY, "disbursed", 50), Entry(on(1), "repaid", 20))
    assert outstanding_on(ledger, on(-1)) == 0
    assert outstanding_on(ledger, DAY) == 50
    assert outstanding_on(ledger, on(1)) == 30


def test_the_least_owed_from_a_day_on_sees_later_movements() -> None:
    ledger = (Entry(DAY, "disbursed", 50), Entry(on(5), "repaid", 40), Entry(on(9), "disbursed", 9))
    assert lowest_from(ledger, on(1)) == 10
    assert lowest_from(ledger, on(9)) == 19


def test_settled_is_the_first_day_without_debt_for_good() -> None:
    paid = (Entry(DAY, "disbursed", 50), Entry(on(5), "repaid", 50))
    assert settled_on(paid) == on(5)
    assert settled_on((*paid, Entry(on(9), "disbursed", 9))) is None
    assert settled_on((Entry(DAY, "disbursed", 50), Entry(on(5), "reversed", 50))) is None
    assert settled_on(()) is None


def test_every_dong_is_in_one_bucket() -> None:
    ledger = (
        Entry(DAY, "disbursed", 50),
        Entry(on(1), "disbursed", 30),
        Entry(on(2), "reversed", 30),
        Entry(on(3), "repaid", 10),
        Entry(on(4), "recalled", 5),
        Entry(on(5), "written_off", 15),
    )
    found = buckets_on(ledger, on(5))
    assert (found.disbursed, found.net, found.outstanding) == (80, 50, 20)
