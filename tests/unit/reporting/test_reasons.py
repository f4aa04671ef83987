"""A reason is read by officers: money, dates and statuses stand as they write them."""

import pytest

from services.reporting.rule import shown


@pytest.mark.parametrize(
    ("value", "vi", "en"),
    [
        (1_500_000, "1.500.000", "1,500,000"),
        ("2026-05-31", "31/05/2026", "2026-05-31"),
        ("near_poor", "cận nghèo", "near-poor"),
        ("HN", "HN", "HN"),
        ("2026", "2026", "2026"),
    ],
)
def test_a_detail_is_written_as_people_do(value: int | str, vi: str, en: str) -> None:
    assert (shown(value, "vi"), shown(value, "en")) == (vi, en)
