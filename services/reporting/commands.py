"""What may be asked of reporting: deciding on findings, pausing clocks."""

from datetime import date
from uuid import UUID

from services.reporting.events import FindingSeen, PausedArea
from shared.event import command
from shared.sealed import Sealed


@command
class PauseClocks:
    """Let the days from `starts_on` to `until` not count for some rules in some areas."""

    pause_id: UUID
    starts_on: date
    until: date
    reason: Sealed
    areas: tuple[PausedArea, ...]
    codes: tuple[str, ...]


@command
class EndPause:
    """Let the days count again from a day on."""

    pause_id: UUID
    ended_on: date


PauseCommand = PauseClocks | EndPause


@command
class DecideFinding:
    """Decide on a finding: it comes along as it looks, for the decision is about that."""

    finding_id: UUID
    key: UUID
    code: str
    decision: str
    occurred_on: date
    note: Sealed
    until: date | None
    assignee: str | None
    seen: FindingSeen
    gone_on: date | None
    """Since when its condition does not hold any more, if so on that day."""
    people: frozenset[str]
    """Everybody who had a hand in its evidence."""
