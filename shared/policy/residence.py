"""Where a household lives on a day: one answer for its register, its loans, helpers and findings.

It lives somewhere from the day it was registered or moved there; of one day the last recorded
counts.
"""

from collections.abc import Sequence
from datetime import date
from typing import TypeVar

from shared.dated import value_on

T = TypeVar("T")


def recorded_on(residences: Sequence[tuple[date, T]], day: date) -> T | None:
    """Return where it lives on a day as recorded; None before the first."""
    return value_on(residences, day)


def lives_on(residences: Sequence[tuple[date, T]], day: date) -> T | None:
    """Return where it lives on a day; before the first that is known, there already.

    So a fact of before its registration finds somebody who may write it.
    """
    return value_on(residences, max(day, residences[0][0])) if residences else None
