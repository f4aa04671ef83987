"""Days that count: calendar days, working days of Viet Nam, and days on which clocks pause.

The calendar is `holidays==0.109`, Viet Nam, observed days included; Saturdays never worked.
It belongs to every rulebook.
"""

from collections.abc import Callable
from datetime import date, timedelta
from functools import lru_cache

import holidays

CALENDAR_VERSION = "holidays 0.109 VN"
DAY = timedelta(days=1)
_SATURDAY = 5


@lru_cache(maxsize=256)
def _holidays(year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays("VN", years=year, observed=True))


def is_working_day(day: date) -> bool:
    """Tell whether Viet Nam's offices work on a day."""
    return day.weekday() < _SATURDAY and day not in _holidays(day.year)


def every_day(_: date) -> bool:
    """Count every day."""
    return True


def first_day_beyond(
    start: date,
    days: int,
    counts: Callable[[date], bool] = every_day,
    paused: Callable[[date], bool] | None = None,
) -> date:
    """Give the first day t for which the counted days in (start, t] number more than `days`.

    A paused day does not count. So with every day counting it is start + days + 1.
    """
    if paused is None:
        return (
            start + timedelta(days=days + 1)
            if counts is every_day
            else _beyond(start, days, counts)
        )
    day, counted = start, 0
    while counted <= days:
        day += DAY
        if counts(day) and not paused(day):
            counted += 1
    return day


@lru_cache(maxsize=16384)
def _beyond(start: date, days: int, counts: Callable[[date], bool]) -> date:
    day, counted = start, 0
    while counted <= days:
        day += DAY
        counted += counts(day)
    return day


@lru_cache(maxsize=16384)
def working_days(first: date, last: date) -> int:
    """Count the working days from `first` to `last`, both included."""
    days = (last - first).days + 1
    return sum(is_working_day(first + timedelta(days=n)) for n in range(days))
