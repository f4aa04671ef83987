"""Values that hold from a day on, until the next one."""

from datetime import date
from typing import TypeVar

T = TypeVar("T")

Dated = tuple[tuple[date, T], ...]
"""Values by the day from which they hold, ascending; of one day the last recorded is last."""


def value_on(values: Dated[T], day: date) -> T | None:
    """Give the value that holds on a day, or None before the first."""
    held = None
    for since, value in values:
        if since > day:
            break
        held = value
    return held


def dated(values: Dated[T], since: date, value: T) -> Dated[T]:
    """Add a value in its place; of one day the last added comes last."""
    return tuple(sorted((*values, (since, value)), key=lambda entry: entry[0]))
