"""How a finding looks from one day to another: what the tables hold and what a date cuts through.

Pure: the live view, a rebuild and a look into the past all make these from intervals.
"""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Literal
from uuid import UUID

import msgspec

from services.reporting.contributions import OpenFinding
from services.reporting.intervals import Detail, Interval, Kind, Severity, Step, Subject
from services.reporting.rulebook import SHADOW, rule_of
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
    """Give when which findings are open, by what people decided too."""
    return [
        OpenFinding(
            code=each.code,
            loan_id=each.loan_id,
            on=each.from_on,
            until=each.until_on,
            evidence=each.evidence,
        )
        for each in shown
        if each.status in OPEN
    ]


def appearances(intervals: Iterable[Interval]) -> list[Appearance]:
    """Give how each finding looks, from its opening on, for ever."""
    return [shown for interval in intervals for shown in _of(interval)]


def _of(interval: Interval) -> Iterator[Appearance]:
    about, run = interval.about, interval.run
    finding_id, kind = interval.finding_id, BY_CODE[rule_of(interval.code)].kind
    ends: list[date | None] = [step.on for step in run.steps[1:]]
    shown: list[tuple[Step, Status, date, date | None]] = [
        (step, "open", step.on, end)
        for step, end in zip(run.steps, [*ends, run.closed_on], strict=True)
    ]
    if run.closed_on is not None:
        shown.append((run.steps[-1], "cleared", run.closed_on, None))
    for step, status, from_on, until_on in shown:
        yield Appearance(
            finding_id=finding_id,
            from_on=from_on,
            until_on=until_on,
            code=interval.code,
            kind=kind,
            severity=step.severity,
            status=status,
            opened_on=run.opened_on,
            closed_on=run.closed_on if status == "cleared" else None,
            subject=about.subject,
            year=about.year,
            household_ids=interval.households(step),
            loan_id=about.loan_id,
            assignment_id=about.assignment_id,
            group_id=about.group_id,
            evidence=step.evidence,
            details=step.details,
        )
