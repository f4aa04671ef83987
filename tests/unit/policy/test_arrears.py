"""Since when a loan is overdue, and what ends it."""

from datetime import date, timedelta
from typing import Literal

import pytest

from shared.policy.arrears import ArrearsChange, unended
from shared.policy.residence import lives_on, recorded_on

DAY = date(2026, 3, 2)


def on(days: int) -> date:
    return DAY + timedelta(days)


def overdue(changes: dict[int, Literal["overdue", "current"]], eased: list[int], day: int) -> bool:
    made = [ArrearsChange(on(days), to) for days, to in changes.items()]
    return bool(unended(made, [on(each) for each in eased], on(day)))


@pytest.mark.parametrize(("day", "late"), [(-1, False), (0, True), (4, True), (5, False)])
def test_it_is_overdue_from_its_day_until_it_is_current(day: int, *, late: bool) -> None:
    assert overdue({0: "overdue", 5: "current"}, [], day) is late


@pytest.mark.parametrize(
    ("eased", "late"), [([-1], True), ([0], False), ([5], False), ([6], True), ([5, -3], False)]
)
def test_what_eases_it_on_or_after_that_day_ends_it(eased: list[int], *, late: bool) -> None:
    assert overdue({0: "overdue"}, eased, 5) is late


def test_of_what_is_dated_alike_the_later_recorded_counts() -> None:
    again = [
        ArrearsChange(on(0), "overdue"),
        ArrearsChange(on(5), "current"),
        ArrearsChange(on(5), "overdue"),
    ]
    assert unended(again, [], on(5)) == [2]
    assert unended([again[0], again[2], again[1]], [], on(5)) == []
    assert unended([again[0], again[2]], [on(3)], on(5)) == [1]
    assert unended([again[0], again[2]], [], on(5)) == [0, 1]


def test_a_household_lives_somewhere_from_a_day_on_and_before_the_first_there_already() -> None:
    residences = ((on(0), "here"), (on(9), "there"), (on(9), "elsewhere"))
    assert [recorded_on(residences, on(n)) for n in (-1, 0, 8, 9)] == [
        None,
        "here",
        "here",
        "elsewhere",
    ]
    assert [lives_on(residences, on(n)) for n in (-1, 0, 9)] == ["here", "here", "elsewhere"]
    assert (recorded_on((), DAY), lives_on((), DAY)) == (None, None)
