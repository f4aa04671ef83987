"""Findings as people left them: what detection says, and what was decided on it, day by day. Pure.

Assigning, confirming or dismissing never changes what detection found; it is laid over it.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from uuid import UUID

import msgspec

from services.reporting.detection.finding_versions import OPEN, Appearance, Status
from services.reporting.domain.finding_state import Given, Work, by_finding, folded, last_seen
from services.reporting.domain.intervals import Kind, Severity, Subject
from services.reporting.events import FindingSeen
from shared.calendar import DAY

Removed = Callable[[UUID, str, FindingSeen], date | None]
"""Tells on which day it was recorded what removed the ground of a finding; None: not known."""


def worked(
    shown: Iterable[Appearance], given: Iterable[Given], removed: Removed
) -> list[Appearance]:
    """Lay decisions over findings; one that is gone but was decided on stays, as retracted."""
    found: dict[UUID, list[Appearance]] = {}
    for each in shown:
        found.setdefault(each.finding_id, []).append(each)
    decided = by_finding(given)
    result: list[Appearance] = []
    for finding_id, own in found.items():
        result += _laid_over(own, decided[finding_id]) if finding_id in decided else own
    for finding_id, decisions in decided.items():
        if finding_id not in found and (seen := last_seen(decisions)) is not None:
            result.append(_retracted(finding_id, seen, decisions, removed))
    return result


def _laid_over(shown: Sequence[Appearance], given: Sequence[Given]) -> list[Appearance]:
    ordered = sorted(shown, key=lambda each: each.from_on)
    first = ordered[0].from_on
    days = {each.from_on for each in ordered}
    for each in given:
        days.add(max(each.order[0], first))
        until = folded(given, each.order[0]).snoozed_until
        if until is not None:
            days.add(max(until + DAY, first))
    turns = sorted(days)
    ends: list[date | None] = [*turns[1:], None]
    return [_on(ordered, given, day, until) for day, until in zip(turns, ends, strict=True)]


def _on(
    ordered: Sequence[Appearance], given: Sequence[Given], day: date, until: date | None
) -> Appearance:
    base, work = _base(ordered, day), folded(given, day)
    ended = work.ended_on
    if ended is not None and _base(ordered, max(ended, ordered[0].from_on)).status in OPEN:
        base = _base(ordered, max(ended, ordered[0].from_on))
    cleared = base.status not in OPEN
    status: Status = base.status if cleared else work.status
    hidden = work.snoozed_until
    asleep = not cleared and hidden is not None and day <= hidden
    return msgspec.structs.replace(
        base,
        from_on=day,
        until_on=until,
        status=status,
        closed_on=base.closed_on if cleared else ended,
        assignee=work.assignee,
        explain_by=None if cleared else work.explain_by,
        snoozed_until=hidden if asleep else None,
        confirmed=work.confirmed,
    )


def _base(ordered: Sequence[Appearance], day: date) -> Appearance:
    return [each for each in ordered if each.from_on <= day][-1]


def _retracted(
    finding_id: UUID, seen: FindingSeen, given: Sequence[Given], removed: Removed
) -> Appearance:
    code = given[-1].event.code
    work: Work = folded(given)
    gone_on = removed(finding_id, code, seen)
    return Appearance(
        finding_id=finding_id,
        from_on=seen.opened_on,
        until_on=None,
        code=code,
        kind=Kind(seen.kind),
        severity=Severity[seen.severity.upper()],
        status="retracted",
        opened_on=seen.opened_on,
        closed_on=gone_on or given[-1].order[0],
        subject=Subject(seen.subject_type, seen.subject_ids),
        year=seen.year,
        household_ids=seen.household_ids,
        loan_id=seen.loan_id,
        assignment_id=seen.assignment_id,
        group_id=seen.group_id,
        evidence=seen.evidence,
        details=dict(seen.details),
        assignee=work.assignee,
        confirmed=work.confirmed,
    )
