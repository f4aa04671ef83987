"""Which standard is in force when, and what points give under it."""

from datetime import date, timedelta
from itertools import pairwise

import pytest

from shared.policy.standards import STANDARDS, agrees, classify, standard_on

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
        (140, 20, "rural", "near_poor"),
        (141, 120, "rural", "neither"),
        (175, 30, "urban", "poor"),
        (175, 20, "urban", "near_poor"),
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
