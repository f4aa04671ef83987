"""Findings as intervals: from when to when a condition held, and what it looked like meanwhile.

Time passing changes no interval; "today" is a cut through it.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from enum import IntEnum, StrEnum
from uuid import UUID

import msgspec

from shared.ids import named

Detail = int | str


class Severity(IntEnum):
    """How urgent a finding is; ordered."""

    LOW = 1
    MEDIUM = 2
    HIGH = 3
    CRITICAL = 4

    @property
    def word(self) -> str:
        """Give the name that callers see."""
        return self.name.lower()


class Kind(StrEnum):
    """What a rule watches over."""

    MISUSE = "misuse"
    STALLED = "stalled"
    INTEGRITY = "integrity"


class Subject(msgspec.Struct, frozen=True, gc=False):
    """What a finding is about; `ids` are part of its identity."""

    type: str
    ids: tuple[str, ...]


class Held(msgspec.Struct, frozen=True, gc=False):
    """A condition that holds on a day: the event it hangs on, how bad, and what shows it."""

    anchor: str
    severity: Severity
    evidence: tuple[UUID, ...]
    details: dict[str, Detail] = {}
    households: tuple[UUID, ...] = ()


class Step(msgspec.Struct, frozen=True, gc=False):
    """What a finding looks like from a day on."""

    on: date
    severity: Severity
    evidence: tuple[UUID, ...]
    details: dict[str, Detail] = {}
    households: tuple[UUID, ...] = ()


class Run(msgspec.Struct, frozen=True, gc=False):
    """One uninterrupted run of a condition; `closed_on` is the first day without it."""

    anchor: str
    opened_on: date
    closed_on: date | None
    steps: tuple[Step, ...]


class About(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Whom and what a finding names, the same for its whole life."""

    subject: Subject
    household_id: UUID | None = None
    loan_id: UUID | None = None
    assignment_id: UUID | None = None
    group_id: UUID | None = None
    year: int | None = None


class Interval(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One finding: a rule, what it is about, and a run of its condition."""

    code: str
    about: About
    run: Run

    @property
    def finding_id(self) -> UUID:
        """Give the id that any replay gives it."""
        subject = "|".join(self.about.subject.ids)
        return named(f"{self.code}|{subject}|{self.run.anchor}")

    def step_on(self, day: date) -> Step | None:
        """Give what it looks like on a day, cleared or not; None before it opened."""
        if day < self.run.opened_on:
            return None
        for step in reversed(self.run.steps):
            if step.on <= day:
                return step
        return None

    def is_open(self, day: date) -> bool:
        """Tell whether the condition holds on a day."""
        run = self.run
        return run.opened_on <= day and (run.closed_on is None or day < run.closed_on)

    def households(self, step: Step) -> tuple[UUID, ...]:
        """Name the households it is about at a step."""
        only = self.about.household_id
        return step.households if only is None else (only,)


def runs(days: Iterable[date], judge: Callable[[date], Held | None]) -> Iterator[Run]:
    """Join the days on which a condition holds into runs.

    `days` holds every date on which the answer of `judge` may change; the anchor of a run is
    that of its first day. A run that hangs on what an earlier one hung on is told apart by its
    first day: a condition that returns is a new finding.
    """
    anchor = ""
    steps: list[Step] = []
    seen: set[str] = set()
    for day in sorted(set(days)):
        held = judge(day)
        if held is None:
            if steps:
                yield Run(anchor, steps[0].on, day, tuple(steps))
                steps = []
            continue
        if not steps:
            anchor = held.anchor if held.anchor not in seen else f"{held.anchor}|{day.isoformat()}"
            seen.add(held.anchor)
        if not steps or not _same(steps[-1], held):
            steps.append(Step(day, held.severity, held.evidence, held.details, held.households))
    if steps:
        yield Run(anchor, steps[0].on, None, tuple(steps))


def _same(step: Step, held: Held) -> bool:
    return (
        step.severity is held.severity
        and step.evidence == held.evidence
        and step.details == held.details
        and step.households == held.households
    )
