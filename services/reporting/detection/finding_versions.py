"""How a finding looks from one day to another: what the tables hold and what a date cuts through.

Pure: the live view, a rebuild and a look into the past all make these from intervals.
"""

from collections.abc import Iterable
from datetime import date
from itertools import pairwise
from typing import Literal
from uuid import UUID

import msgspec

from services.reporting.domain.contributions import OpenFinding
from services.reporting.domain.intervals import Detail, Interval, Kind, Severity, Step, Subject
from services.reporting.domain.rulebook import SHADOW, rule_of
from services.reporting.rules import BY_CODE
from shared.areas import Commune

Status = Literal[
    "open", "assigned", "explaining", "confirmed", "remedied", "dismissed", "cleared", "retracted"
]
OPEN: tuple[Status, ...] = ("open", "assigned", "explaining", "confirmed")
STATUSES: tuple[Status, ...] = (*OPEN, "remedied", "dismissed", "cleared", "retracted")


class Appearance(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One finding from `from_on` until the day before `until_on`."""

    finding_id: UUID
    from_on: date
    until_on: date | None
    code: str
    kind: Kind
    severity: Severity
    status: Status
    opened_on: date
    closed_on: date | None
    subject: Subject
    year: int | None
    household_ids: tuple[UUID, ...]
    loan_id: UUID | None
    assignment_id: UUID | None
    group_id: UUID | None
    evidence: tuple[UUID, ...]
    details: dict[str, Detail]
    assignee: str | None = None
    explain_by: date | None = None
    snoozed_until: date | None = None
    """Hidden from the lists of what is open, to the end of that day."""
    confirmed: bool = False
    """A person has confirmed it, and nobody took that back since."""

    @property
    def is_shadow(self) -> bool:
        """Tell whether it is tried out beside the rules, for inspectors alone."""
        return SHADOW in self.code

    @property
    def sponsor_id(self) -> UUID | None:
        """Give the sponsor whose work it is, where it is a sponsor's."""
        found = self.details.get("sponsor_id")
        return UUID(str(found)) if found else None

    @property
    def commune(self) -> Commune | None:
        """Give the commune that it is about, where it is about a whole one."""
        code, since = self.details.get("commune"), self.details.get("commune_from")
        return Commune(str(code), date.fromisoformat(str(since))) if code and since else None

    def shows_on(self, day: date) -> bool:
        """Tell whether the finding looks like this on a day."""
        return self.from_on <= day and (self.until_on is None or day < self.until_on)


def open_findings(shown: Iterable[Appearance]) -> list[OpenFinding]:
    """Give when which findings are open, by what people decided too; a shadow's never count."""
    return [
        OpenFinding(
            code=each.code,
            kind=each.kind,
            loan_id=each.loan_id,
            on=each.from_on,
            until=each.until_on,
            evidence=each.evidence,
        )
        for each in shown
        if each.status in OPEN and not each.is_shadow
    ]


def appearances(intervals: Iterable[Interval]) -> list[Appearance]:
    """Give how each finding looks, from its opening on, for ever."""
    found: list[Appearance] = []
    for interval in intervals:
        found += _of(interval)
    return found


def _of(interval: Interval) -> list[Appearance]:
    run, steps = interval.run, interval.run.steps
    finding_id, kind = interval.finding_id, BY_CODE[rule_of(interval.code)].kind
    shown = [_open(interval, finding_id, kind, step, later.on) for step, later in pairwise(steps)]
    shown.append(_open(interval, finding_id, kind, steps[-1], run.closed_on))
    if run.closed_on is not None:
        cleared = _open(interval, finding_id, kind, steps[-1], None)
        change = {"from_on": run.closed_on, "status": "cleared", "closed_on": run.closed_on}
        shown.append(msgspec.structs.replace(cleared, **change))
    return shown


def _open(
    interval: Interval, finding_id: UUID, kind: Kind, step: Step, until_on: date | None
) -> Appearance:
    about = interval.about
    return Appearance(
        finding_id=finding_id,
        from_on=step.on,
        until_on=until_on,
        code=interval.code,
        kind=kind,
        severity=step.severity,
        status="open",
        opened_on=interval.run.opened_on,
        closed_on=None,
        subject=about.subject,
        year=about.year,
        household_ids=interval.households(step),
        loan_id=about.loan_id,
        assignment_id=about.assignment_id,
        group_id=about.group_id,
        evidence=step.evidence,
        details=step.details,
    )
