"""What people did with findings, and which clocks were paused: the published language here."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from shared.codec import Registry
from shared.event import event
from shared.sealed import Sealed


@event("FindingAssigned", keyed_by="key")
class FindingAssigned:
    """Somebody answers for working the finding."""

    finding_id: UUID
    key: UUID
    """The household's id where the finding has exactly one, else the finding's own."""
    code: str
    occurred_on: date
    assignee: str
    note: Sealed | None = None


@event("ExplanationRequested", keyed_by="key")
class ExplanationRequested:
    """Somebody is to explain it by a date."""

    finding_id: UUID
    key: UUID
    code: str
    occurred_on: date
    until: date
    note: Sealed | None = None


@event("ExplanationGiven", keyed_by="key")
class ExplanationGiven:
    """It was explained; whether that suffices is not said."""

    finding_id: UUID
    key: UUID
    code: str
    occurred_on: date
    note: Sealed


@event("FindingConfirmed", keyed_by="key")
class FindingConfirmed:
    """A person says that the suspicion is true."""

    finding_id: UUID
    key: UUID
    code: str
    occurred_on: date
    loan_id: UUID | None = None
    note: Sealed | None = None


@event("FindingDismissed", keyed_by="key")
class FindingDismissed:
    """A person says that the suspicion is not true."""

    finding_id: UUID
    key: UUID
    code: str
    occurred_on: date
    note: Sealed | None = None


@event("FindingSnoozed", keyed_by="key")
class FindingSnoozed:
    """It is hidden from lists of what is to do, until a date."""

    finding_id: UUID
    key: UUID
    code: str
    occurred_on: date
    until: date
    note: Sealed | None = None


@event("FindingRemedied", keyed_by="key")
class FindingRemedied:
    """What was wrong was set right."""

    finding_id: UUID
    key: UUID
    code: str
    occurred_on: date
    note: Sealed | None = None


@event("FindingReopened", keyed_by="key")
class FindingReopened:
    """What was decided about it no longer stands."""

    finding_id: UUID
    key: UUID
    code: str
    occurred_on: date
    note: Sealed | None = None


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

REGISTRY = Registry("reporting", EVENTS)
