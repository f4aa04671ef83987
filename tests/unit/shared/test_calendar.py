"""Which days count towards a deadline."""

from datetime import date, timedelta

import pytest

from shared.calendar import first_day_beyond, is_working_day, working_days

MONDAY = date(2026, 3, 2)


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2026, 3, 6), True),
        (date(2026, 3, 7), False),
        (date(2026, 3, 8), False),
        (date(2026, 9, 2), False),
        (date(2026, 4, 30), False),
        (date(2026, 5, 1), False),
        (date(2026, 2, 17), False),
    ],
)
def test_offices_work_monday_to_friday_without_public_holidays(day: date, *, works: bool) -> None:
    assert is_working_day(day) is works


def test_thirty_days_end_on_the_thirty_first_day() -> None:
    assert first_day_beyond(MONDAY, 30) == MONDAY + timedelta(days=31)


def test_three_working_days_skip_the_week_end() -> None:
    assert first_day_beyond(MONDAY, 3, is_working_day) == date(2026, 3, 6)
    assert first_day_beyond(MONDAY, 4, is_working_day) == date(2026, 3, 9)


def test_a_paused_day_does_not_count() -> None:
    paused = {MONDAY + timedelta(days=n) for n in range(1, 11)}
    opens = first_day_beyond(MONDAY, 30, paused=paused.__contains__)
    assert opens == MONDAY + timedelta(days=41)


def test_posting_days_are_counted_with_both_ends() -> None:
    assert working_days(MONDAY, date(2026, 3, 4)) == 3
    assert working_days(date(2026, 3, 6), date(2026, 3, 9)) == 2
