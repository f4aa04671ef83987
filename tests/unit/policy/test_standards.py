"""Which standard is in force when, and what points give under it."""

from datetime import date, timedelta
from itertools import pairwise

import pytest

from shared.policy.standards import (
    B2_STEP,
    INDICATORS,
    STANDARDS,
    agrees,
    classify,
    standard_on,
)

IN_FORCE = date(2024, 9, 15)


def test_standards_follow_each_other_without_a_gap() -> None:
    for before, after in pairwise(STANDARDS):
        assert after.valid_from == before.valid_to + timedelta(days=1)
    assert all(standard.legal_basis for standard in STANDARDS)


@pytest.mark.parametrize(
    ("day", "code", "lines"),
    [
        (date(2021, 12, 31), "QD59-2015", (700_000, 900_000)),
        (date(2022, 1, 1), "ND07-2021", (1_500_000, 2_000_000)),
        (date(2026, 12, 31), "ND07-2021", (1_500_000, 2_000_000)),
        (date(2027, 1, 1), "ND351-2025", (2_200_000, 2_800_000)),
        (date(2030, 12, 31), "ND351-2025", (2_200_000, 2_800_000)),
    ],
)
def test_the_standard_of_a_day(day: date, code: str, lines: tuple[int, int]) -> None:
    standard = standard_on(day)
    assert standard is not None
    assert standard.code == code
    assert (standard.income_line["rural"], standard.income_line["urban"]) == lines


@pytest.mark.parametrize("day", [date(2015, 12, 31), date(2031, 1, 1)])
def test_there_is_none_on_file_before_and_after(day: date) -> None:
    assert standard_on(day) is None
    assert classify(0, 0, "rural", day) is None


@pytest.mark.parametrize(
    ("b1", "b2", "area", "outcome"),
    [
        (140, 30, "rural", "poor"),
        (140, 29, "rural", "near_poor"),
        (141, 120, "rural", "neither"),
        (175, 30, "urban", "poor"),
        (175, 29, "urban", "near_poor"),
        (176, 120, "urban", "neither"),
        (141, 30, "urban", "poor"),
    ],
)
def test_points_at_both_sides_of_the_limits(b1: int, b2: int, area: str, outcome: str) -> None:
    assert classify(b1, b2, area, IN_FORCE) == outcome


@pytest.mark.parametrize("day", [date(2021, 12, 31), date(2027, 1, 1)])
def test_without_known_points_nothing_is_judged(day: date) -> None:
    assert classify(0, 120, "rural", day) is None
    assert agrees(None, "not_poor")


def test_out_of_both_lists_is_either_newly_escaped_or_not_poor() -> None:
    assert agrees("neither", "newly_escaped")
    assert agrees("neither", "not_poor")
    assert not agrees("neither", "near_poor")
    assert not agrees("poor", "near_poor")


def test_the_first_standard_on_file_begins_in_2016() -> None:
    assert standard_on(date(2016, 1, 1)) == STANDARDS[0]


def test_only_the_standard_with_known_points_is_verified() -> None:
    assert [each.code for each in STANDARDS if each.verified] == ["ND07-2021"]
    assert [each.code for each in STANDARDS if each.limits is not None] == ["ND07-2021"]


def test_a_deprived_indicator_counts_ten_points_and_three_of_twelve_are_poor() -> None:
    assert classify(100, 3 * B2_STEP, "rural", IN_FORCE) == "poor"
    assert classify(100, 2 * B2_STEP, "rural", IN_FORCE) == "near_poor"
    now, then = STANDARDS[1].indicators, STANDARDS[2].indicators
    assert len(now) == len(then) == 12
    assert set(now) - set(then) == {"info_means"}
    assert set(then) - set(now) == {"waste"}
    assert set(INDICATORS) == {*now, *then}
