"""Dated data told beside figures: what a source gives, and whether somebody looked it up."""

from datetime import date

import pytest

from shared.policy.outstanding import Buckets
from shared.policy.standards import B2_STEP
from shared.policy.terms import (
    EXTENSION_BASIS,
    INSTALMENTS_BASIS,
    INSTALMENTS_FROM,
    TERMS,
    longest_extension,
)


def test_missed_instalments_are_overdue_for_what_was_approved_from_march_2026_on() -> None:
    assert date(2026, 3, 1) == INSTALMENTS_FROM
    assert INSTALMENTS_BASIS.startswith("CV 597")
    assert EXTENSION_BASIS


def test_what_nobody_has_looked_up_is_marked() -> None:
    unverified = {name: [row.verified for row in rows] for name, rows in TERMS.items()}
    assert unverified == {
        "HN": [True],
        "HCN": [False],
        "HMTN": [False],
        "SXKD": [True],
        "NSVS": [False, True],
        "GQVL": [True, True],
        "HSSV": [True],
        "XKLD": [False],
        "NOHN": [True],
        "NOXH": [False],
        "DTTS": [True],
        "KHAC": [False],
    }


@pytest.mark.parametrize(("months", "more"), [(12, 12), (13, 6), (60, 30), (61, 30)])
def test_a_loan_is_extended_by_a_year_or_half_its_longer_term(months: int, more: int) -> None:
    assert longest_extension(months) == more


def test_a_deprived_indicator_is_ten_points() -> None:
    assert B2_STEP == 10


def test_where_nothing_moved_nothing_is_owed() -> None:
    assert (Buckets().outstanding, Buckets().net) == (0, 0)
    assert Buckets(disbursed=9, reversed=1, repaid=2, recalled=3, written_off=1).outstanding == 2
