"""Findings as of any time: from the views where they answer it, else refolded."""

from collections import Counter
from datetime import date
from uuid import UUID

from sqlalchemy import Connection

from services.reporting.detection.query import Sight, Times, Wanted, oldest_first, worst_first
from services.reporting.projections import reading
from services.reporting.projections.reading import Found, find, find_coming
from services.reporting.projections.view_rulebook import answers
from services.reporting.queries.past import find_past
from shared.areas import Scope


def look(
    connection: Connection,
    when: Times,
    wanted: Wanted,
    sight: Sight,
    scope: Scope,
    *,
    worst: bool,
    after: tuple[str, ...] | None = None,
    limit: int,
) -> list[Found]:
    """Give the findings as they look on a day, in order, after a cursor."""
    if answers(connection, when):
        return find(
            *(connection, when.valid_at, wanted, sight, scope),
            worst_first=worst,
            after=after,
            limit=limit,
        )
    found = find_past(connection, when, wanted, sight, scope)
    found.sort(
        key=lambda each: worst_first(each.shown) if worst else (0, *oldest_first(each.shown))
    )
    if after is not None:
        # what the cursor was made of may be gone by now
        found = [each for each in found if place_of(key_of(each, worst=worst)) > place_of(after)]
    return found[:limit]


def count_by_code(
    connection: Connection, when: Times, wanted: Wanted, sight: Sight, scope: Scope
) -> dict[str, int]:
    """Count the findings as they look on a day, by their codes."""
    if answers(connection, when):
        counted = reading.count_by_code(connection, when.valid_at, wanted, sight, scope)
    else:
        past = find_past(connection, when, wanted, sight, scope)
        counted = Counter(each.shown.code for each in past)
    return dict(sorted(counted.items()))


def look_ahead(
    connection: Connection,
    when: Times,
    last: date,
    wanted: Wanted,
    sight: Sight,
    scope: Scope,
    *,
    limit: int,
) -> list[Found]:
    """Give the findings that will open by a day, if nothing is done."""
    if answers(connection, when):
        day = when.valid_at
        return find_coming(connection, day, last, wanted, sight, scope, limit=limit)
    found = find_past(connection, when, wanted, sight, scope, coming_by=last)
    return sorted(found, key=lambda each: oldest_first(each.shown))[:limit]


def key_of(found: Found, *, worst: bool) -> tuple[str, ...]:
    """Give what a cursor remembers of a finding."""
    shown = found.shown
    key = (shown.opened_on.isoformat(), str(shown.finding_id))
    return (str(int(shown.severity)), *key) if worst else key


def place_of(key: tuple[str, ...]) -> tuple[int, date, UUID]:
    """Give what such a key is sorted by: the worst first where it says so, then the oldest."""
    severity = -int(key[-3]) if len(key) > 2 else 0  # noqa: PLR2004 - a day and an id at least
    return (severity, date.fromisoformat(key[-2]), UUID(key[-1]))
