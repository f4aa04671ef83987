"""The poverty status of a household on a date, from its classifications."""

from collections.abc import Sequence
from datetime import date

import msgspec

from shared.policy.programmes import Status

LAPSE_YEARS = 3
"""`newly_escaped` counts as `not_poor` from this many years after its run began."""


LAPSING: Status = "newly_escaped"
LAPSED: Status = "not_poor"
"""What it counts as from then on."""


class Classified(msgspec.Struct, frozen=True, gc=False):
    """One classification: from when, and as what."""

    effective_from: date
    status: Status


class StatusSince(msgspec.Struct, frozen=True, gc=False):
    """A status and the first day of it; `by` is the index of the classification behind it."""

    since: date
    status: Status
    by: int


def years_after(day: date, years: int) -> date:
    """Give the same day some years later; 29 February becomes 1 March."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)


def statuses(classifications: Sequence[Classified]) -> list[StatusSince]:
    """Give every status of a household with its first day, ascending.

    `classifications` come in fact order: of equal `effective_from` the later one counts. A run
    of `newly_escaped` becomes `not_poor` three years after the first of it.
    """
    by_day = {found.effective_from: index for index, found in enumerate(classifications)}
    result: list[StatusSince] = []
    lapse: StatusSince | None = None
    for day, index in sorted(by_day.items()):
        status = classifications[index].status
        if lapse is not None and lapse.since < day and result[-1].since < lapse.since:
            result.append(lapse)
        if status != LAPSING:
            lapse = None
        elif lapse is None:
            lapse = StatusSince(years_after(day, LAPSE_YEARS), LAPSED, index)
        elif lapse.since <= day:
            status = LAPSED
        result.append(StatusSince(day, status, index))
    if lapse is not None and result[-1].since < lapse.since:
        result.append(lapse)
    return result


def status_on(classifications: Sequence[Classified], day: date) -> Status | None:
    """Give the status on a day, or None where it is unknown, which fits no rule on status."""
    found: Status | None = None
    for row in statuses(classifications):
        if row.since > day:
            break
        found = row.status
    return found
