"""Values that hold from a day on, until the next one."""

from bisect import bisect_right
from collections.abc import Sequence
from datetime import date
from typing import TypeVar

T = TypeVar("T")

Dated = tuple[tuple[date, T], ...]
"""Values by the day from which they hold, ascending; of one day the last recorded is last."""


def value_on(values: Sequence[tuple[date, T]], day: date) -> T | None:
    """Give the value that holds on a day, or None before the first."""
    place = bisect_right(values, day, key=_since)
    return values[place - 1][1] if place else None


def dated(values: Dated[T], since: date, value: T) -> Dated[T]:
    """Add a value in its place; of one day the last added comes last."""
    place = bisect_right(values, since, key=_since)
    return (*values[:place], (since, value), *values[place:])


def _since(entry: tuple[date, T]) -> date:
    return entry[0]
