"""When a sponsor answers for a household: from `starts_on` until the day it ends, not included."""

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from services.reporting.domain.dossier import Case
from services.reporting.domain.facts import Fact, latest, until
from services.sponsorship.events import AssignmentEnded, HandoverAccepted, SponsorAssigned

End = tuple[date, Fact[Any]]
"""The first day without the sponsor, and the fact that says so."""


def last_end(assignment: Case, day: date) -> End | None:
    """Give when the assignment ends by what is known on a day; None: no end is known."""
    ends: list[End] = [
        (fact.event.ends_on, fact)
        for fact in assignment.of(SponsorAssigned)
        if fact.event.ends_on is not None and fact.on <= day
    ]
    if AssignmentEnded in assignment.by_type:
        ends += [(fact.on, fact) for fact in assignment.of(AssignmentEnded) if fact.on <= day]
    if len(ends) > 1:
        return min(ends, key=lambda end: (end[0], end[1].order))
    return ends[0] if ends else None


def ended_by(end: End, day: date) -> bool:
    """Tell whether an end has come by a day."""
    return end[0] <= day


def is_active(assignment: Case, day: date) -> bool:
    """Tell whether the sponsor answers for the household on a day."""
    made = assignment.of(SponsorAssigned)
    if not made or made[0].on > day:
        return False
    end = last_end(assignment, day)
    return end is None or not ended_by(end, day)


def sponsor_on(assignment: Case, day: date) -> UUID | None:
    """Give the sponsor who answers for the household on a day, after handovers."""
    takers: list[Fact[Any]] = [*until(assignment.of(SponsorAssigned), day)[-1:]]
    if HandoverAccepted in assignment.by_type:
        takers += until(assignment.of(HandoverAccepted), day)[-1:]
    taker = takers[0] if len(takers) == 1 else latest(*takers)
    return taker.event.sponsor_id if taker is not None else None


def turning_days(assignments: Iterable[Case]) -> set[date]:
    """Give the days on which an assignment may begin or cease to be active."""
    days: set[date] = set()
    for assignment in assignments:
        days.update(assignment.days(SponsorAssigned, AssignmentEnded))
        planned = (fact.event.ends_on for fact in assignment.of(SponsorAssigned))
        days.update(day for day in planned if day is not None)
    return days
