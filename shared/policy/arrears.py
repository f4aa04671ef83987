"""Since when a loan is overdue: one answer for the bank's counter, its lists and detection.

A loan is overdue from `since` until it becomes current, an extension is granted or a freeze begun
on or after it, or nothing is outstanding (HD 727/HD-NHCS). What is dated alike counts in the order
in which it was recorded: current on 1 May and overdue again from 1 May is overdue.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal


@dataclass(frozen=True, slots=True)
class ArrearsChange:
    """A loan becomes overdue from a day, or current again on it."""

    day: date
    to: Literal["overdue", "current"]


def unended(changes: Sequence[ArrearsChange], eased_on: Iterable[date], day: date) -> list[int]:
    """Return which changes made the loan overdue and have not ended by a day, ascending.

    `changes` come in fact order; `eased_on` are the days of extensions, of freezes begun and those
    at whose end nothing is outstanding.
    """
    open_: list[int] = []
    for number, change in enumerate(changes):
        if change.day > day:
            break
        if change.to == "current":
            open_ = []
        else:
            open_.append(number)
    last = max((eased for eased in eased_on if eased <= day), default=date.min)
    return [number for number in open_ if changes[number].day > last]
