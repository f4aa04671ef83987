"""Cases that wait: a fact began a clock, and until something happens a finding opens. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any
from uuid import UUID

import msgspec

from services.reporting.domain.clocks import NO_PAUSES, Clocks, Counts, clocks_of_all
from services.reporting.domain.contributions import Contribution
from services.reporting.domain.dossier import Case
from services.reporting.domain.facts import Fact
from services.reporting.domain.intervals import About, Detail, Interval, Run, Severity, Step
from services.sponsorship.events import AssignmentEnded, HandoverAccepted, SponsorAssigned
from shared.calendar import every_day
from shared.ids import text_of

Later = tuple[date, dict[str, Detail]]
"""Details that a finding has from a day on."""


class Wait(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What one fact lets wait for: open after `days` counted days from `since`, until `ends`."""

    code: str
    about: About
    by: Fact[Any]
    """The fact that began it; its own date may be later than `since`."""
    since: date
    days: int = 0
    ends: date | None
    """The first day on which nothing is waited for."""
    severity: Severity
    """How bad it is from its opening."""
    worse: tuple[tuple[int, Severity], ...] = ()
    """How bad it is from how many counted days on."""
    details: dict[str, Detail]
    later: tuple[Later, ...] = ()
    counts: Counts = every_day
    anchor: str | None = None
    """In the place of the fact that began it, where that has not the date."""


def waiting(wait: Wait, clocks: Clocks) -> Sequence[Interval]:
    """Give the finding of a wait, if it lasted long enough."""
    by, ends = wait.by, wait.ends
    if was_in_time(by, wait.since, wait.days, ends):
        return ()
    opens = clocks.first_day_beyond(wait.code, wait.since, wait.days, wait.counts)
    opens = max(opens, by.on)
    if ends is not None and ends <= opens:
        return ()
    if not wait.worse and not wait.later:
        steps: tuple[Step, ...] = (Step(opens, wait.severity, (by.id,), wait.details),)
    else:
        steps = tuple(_steps(wait, clocks, opens))
    run = Run(wait.anchor or text_of(by.id), opens, ends, steps)
    return (Interval(code=wait.code, about=wait.about, run=run),)


def waiting_together(
    wait: Wait, given: Iterable[Contribution], households: tuple[UUID, ...]
) -> Iterator[Interval]:
    """Give the finding of a wait that is several households', whose pauses they have in common."""
    paused = {each.household_id: each.paused for each in given if each.household_id in households}
    clocks = clocks_of_all(list(paused.values())) if paused else NO_PAUSES
    for found in waiting(wait, clocks):
        steps = (
            Step(each.on, each.severity, each.evidence, each.details, households)
            for each in found.run.steps
        )
        run = Run(found.run.anchor, found.run.opened_on, found.run.closed_on, tuple(steps))
        yield Interval(code=found.code, about=found.about, run=run)


def was_in_time(by: Fact[Any], since: date, days: int, ends: date | None) -> bool:
    """Tell whether a wait ends before it can be too long, on any calendar and with any pauses.

    Both only ever make it later; the common case, told before anything else is made of it.
    """
    return ends is not None and (ends <= by.on or (ends - since).days <= days + 1)


def _steps(wait: Wait, clocks: Clocks, opens: date) -> Iterator[Step]:
    levels = [(opens, wait.severity)]
    levels += [
        (clocks.first_day_of(wait.code, wait.since, days), severity)
        for days, severity in wait.worse
    ]
    turns = {day for day, _ in (*levels, *wait.later) if opens < day}
    for day in (opens, *sorted(turns)):
        if wait.ends is not None and wait.ends <= day:
            return
        severity = [worse for start, worse in levels if start <= day][-1]
        details = dict(wait.details)
        for start, more in wait.later:
            if start <= day:
                details.update(more)
        yield Step(day, severity, (wait.by.id,), details)


def sponsors(assignment: Case) -> tuple[Later, ...]:
    """Say whose an assignment is, from which days on."""
    takers: list[Fact[Any]] = [
        *assignment.of(SponsorAssigned),
        *assignment.of(HandoverAccepted),
    ]
    takers.sort(key=lambda fact: fact.order)
    return tuple((fact.on, {"sponsor_id": text_of(fact.event.sponsor_id)}) for fact in takers)


def ends_of(assignment: Case) -> list[date]:
    """Give the days on which an assignment ends, or was to end."""
    planned = (fact.event.ends_on for fact in assignment.of(SponsorAssigned))
    return [day for day in planned if day is not None] + assignment.days(AssignmentEnded)


def first_of(*days: Iterable[date]) -> date | None:
    """Give the first of some days; None where there is none."""
    return min((day for some in days for day in some), default=None)
