"""What people did with findings, and which clocks were paused: the published language here."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from shared.codec import Registry
from shared.event import event, event_type
from shared.sealed import Sealed


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingSeen:
    """The finding as it looked to whoever decided on it: it may be gone by now."""

    kind: str
    severity: str
    opened_on: date
    subject_type: str
    subject_ids: tuple[str, ...]
    household_ids: tuple[UUID, ...]
    evidence: tuple[UUID, ...]
    details: dict[str, int | str]
    loan_ids: tuple[UUID, ...]
    """Every loan that its evidence is about."""
    year: int | None = None
    loan_id: UUID | None = None
    assignment_id: UUID | None = None
    group_id: UUID | None = None
    shared: str | None = None
    """Kind and value of what households share, `kind|value`; None: it is one household's own."""


@event("FindingAssigned", version=2, keyed_by="key")
class FindingAssigned:
    """Somebody answers for working the finding."""

    finding_id: UUID
    key: UUID
    """The household's id where the finding is that household's own, else the finding's."""
    code: str
    occurred_on: date
    assignee: str
    note: Sealed | None = None
    seen: FindingSeen | None = None


@event("ExplanationRequested", version=2, keyed_by="key")
class ExplanationRequested:
    """Somebody is to explain it by a date."""

    finding_id: UUID
    key: UUID
    code: str
    occurred_on: date
    until: date
    note: Sealed | None = None
    seen: FindingSeen | None = None


@event("ExplanationGiven", version=2, keyed_by="key")
class ExplanationGiven:
    """It was explained; whether that suffices is not said."""

    finding_id: UUID
    key: UUID
    code: str
    occurred_on: date
    note: Sealed
    seen: FindingSeen | None = None


@event("FindingConfirmed", version=2, keyed_by="key")
class FindingConfirmed:
    """A person says that the suspicion is true."""

    finding_id: UUID
    key: UUID
    code: str
    occurred_on: date
    loan_id: UUID | None = None
    note: Sealed | None = None
    seen: FindingSeen | None = None


@event("FindingDismissed", version=2, keyed_by="key")
class FindingDismissed:
    """A person says that the suspicion is not true."""

    finding_id: UUID
    key: UUID
    code: str
    occurred_on: date
    note: Sealed | None = None
    seen: FindingSeen | None = None


@event("FindingSnoozed", version=2, keyed_by="key")
class FindingSnoozed:
    """It is hidden from lists of what is to do, until a date."""

    finding_id: UUID
    key: UUID
    code: str
    occurred_on: date
    until: date
    note: Sealed | None = None
    seen: FindingSeen | None = None


@event("FindingRemedied", version=2, keyed_by="key")
class FindingRemedied:
    """What was wrong was set right."""

    finding_id: UUID
    key: UUID
    code: str
    occurred_on: date
    note: Sealed | None = None
    seen: FindingSeen | None = None


@event("FindingReopened", version=2, keyed_by="key")
class FindingReopened:
    """What was decided about it no longer stands."""

    finding_id: UUID
    key: UUID
    code: str
    occurred_on: date
    note: Sealed | None = None
    seen: FindingSeen | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PausedArea:
    """An area as in a claim."""

    code: str
    on: date | None = None


@event("ClocksPaused", dated_by="starts_on", keyed_by="pause_id")
class ClocksPaused:
    """Days that do not count for some rules in some areas (`from` in the request)."""

    pause_id: UUID
    starts_on: date
    until: date
    reason: Sealed
    areas: tuple[PausedArea, ...]
    """Empty: everywhere."""
    codes: tuple[str, ...]


@event("PauseEnded", dated_by="ended_on", keyed_by="pause_id")
class PauseEnded:
    """From that day on the days count again."""

    pause_id: UUID
    ended_on: date


EVENTS: tuple[type, ...] = (
    FindingAssigned,
    ExplanationRequested,
    ExplanationGiven,
    FindingConfirmed,
    FindingDismissed,
    FindingSnoozed,
    FindingRemedied,
    FindingReopened,
    ClocksPaused,
    PauseEnded,
)

FindingDecision = (
    FindingAssigned
    | ExplanationRequested
    | ExplanationGiven
    | FindingConfirmed
    | FindingDismissed
    | FindingSnoozed
    | FindingRemedied
    | FindingReopened
)
DECISIONS: tuple[type, ...] = EVENTS[:8]


def _unseen(content: dict[str, Any]) -> dict[str, Any]:
    """Upcast: the first version did not say what the finding looked like."""
    return content | {"seen": None}


REGISTRY = Registry(
    "reporting", EVENTS, {(event_type(each).name, 1): _unseen for each in DECISIONS}
)
