"""From when on nothing is owed of a loan that was lent."""

from datetime import date, timedelta

import pytest

from shared.policy.outstanding import Entry, Flow, settled_on

DAY = date(2026, 3, 2)


def entry(days: int, flow: Flow, amount: int) -> Entry:
    return Entry(DAY + timedelta(days), flow, amount)


@pytest.mark.parametrize(
    ("moves", "days"),
    [
        ([], None),
        ([(0, "disbursed", 50)], None),
        ([(0, "disbursed", 50), (5, "repaid", 49)], None),
        ([(0, "disbursed", 50), (5, "repaid", 50)], 5),
        ([(0, "disbursed", 50), (2, "repaid", 50), (4, "disbursed", 9), (6, "repaid", 9)], 6),
        ([(0, "disbursed", 50), (5, "repaid", 50), (9, "disbursed", 9), (9, "repaid", 9)], 5),
        ([(0, "disbursed", 50), (5, "repaid", 20), (7, "written_off", 30)], 7),
        ([(0, "disbursed", 50), (5, "reversed", 50)], None),
    ],
)
def test_a_loan_is_settled_from_the_day_on_which_nothing_is_owed_any_more(
    moves: list[tuple[int, Flow, int]], days: int | None
) -> None:
    found = settled_on([entry(*move) for move in moves])
    assert found == (None if days is None else DAY + timedelta(days))
