"""What may be asked of reporting: pausing clocks, and ending a pause."""

from datetime import date
from uuid import UUID

from services.reporting.events import PausedArea
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
