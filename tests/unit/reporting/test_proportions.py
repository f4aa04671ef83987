"""The tests of chance against values that others have published or that can be summed by hand."""

import math
from fractions import Fraction

import pytest

from services.reporting.domain.proportions import (
    at_least_by_half,
    kept_by_benjamini_hochberg,
    more_often,
)


@pytest.mark.parametrize(
    ("hits", "whole", "p"),
    [(16, 20, 0.005908966), (15, 20, 0.020694733), (0, 20, 1.0), (20, 20, 2**-20), (21, 20, 0.0)],
)
def test_the_tail_of_a_fair_coin(hits: int, whole: int, p: float) -> None:
    assert at_least_by_half(hits, whole) == pytest.approx(p, rel=1e-7)


def test_the_tail_is_exact_also_where_floats_would_fail() -> None:
    exact = Fraction(sum(math.comb(1500, k) for k in range(1100, 1501)), 2**1500)
    assert at_least_by_half(1100, 1500) == float(exact)


def test_two_proportions_by_the_pooled_z() -> None:
    # z = 0.2 / sqrt(0.3 * 0.7 * 2 / 100) = 3.0861, one-sided
    assert more_often(40, 100, 20, 100) == pytest.approx(0.00101418, rel=1e-4)
    assert more_often(30, 100, 30, 100) == pytest.approx(0.5)
    assert more_often(20, 100, 40, 100) == pytest.approx(1 - 0.00101418, rel=1e-6)


def test_where_all_or_none_are_hits_nothing_is_told_apart() -> None:
    assert more_often(30, 30, 50, 50) == 1.0
    assert more_often(0, 30, 0, 50) == 1.0


def test_the_example_of_benjamini_and_hochberg() -> None:
    """The fifteen tests of their paper of 1995, of which their procedure keeps four."""
    given = (
        0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262,
        0.5719, 0.6528, 0.7590, 1.0,
    )  # fmt: skip
    assert kept_by_benjamini_hochberg(dict(enumerate(given)), 0.05) == {0, 1, 2, 3}


def test_of_no_tests_none_is_kept_and_of_equal_ones_all_or_none() -> None:
    nothing: dict[str, float] = {}
    assert kept_by_benjamini_hochberg(nothing, 0.05) == set()
    assert kept_by_benjamini_hochberg({"a": 0.05, "b": 0.05}, 0.05) == {"a", "b"}
    assert kept_by_benjamini_hochberg({"a": 0.051, "b": 0.051}, 0.05) == set()
