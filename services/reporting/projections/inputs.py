"""What every dossier is judged with besides its own facts: the pauses, and how far to look."""

from collections.abc import Callable
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import Connection

from services.reporting.domain.clocks import Pause
from services.reporting.domain.pauses import pauses, recorded_pauses
from services.reporting.events import ClocksPaused
from shared.clock import today
from shared.codec import Registries
from shared.pg_binary import ask
from shared.projector.driver import driver
from shared.recorded import Recorded

YEAR = 1_000_000
"""More than there are ever pause events: the version grows with both, and only grows."""

_PAUSES = (
    "SELECT position, meta, data, hash FROM journal"
    " WHERE source = 'reporting' AND type IN ('ClocksPaused', 'PauseEnded') ORDER BY position"
)


class Inputs(NamedTuple):
    """The pauses in force, and the day from which rules that recur every year look ahead."""

    version: int
    pauses: tuple[Pause, ...]
    day: date


def read_inputs(
    connection: Connection, registries: Registries, day: Callable[[], date] = today
) -> Inputs:
    """Give the inputs as the journal has them now; they are others from one year to the next."""
    history, now = _history(connection, registries), day()
    return Inputs(now.year * YEAR + len(history), pauses(history), now)


def read_pauses(
    connection: Connection, registries: Registries, known_at: datetime | None = None
) -> list[tuple[ClocksPaused, date | None]]:
    """Give what was recorded of each pause by an instant, and when it was ended early."""
    history = _history(connection, registries)
    return recorded_pauses(
        each for each in history if known_at is None or each.meta.recorded_at <= known_at
    )


def _history(connection: Connection, registries: Registries) -> list[Recorded]:
    registry = registries["reporting"]
    rows = ask(driver(connection), _PAUSES)
    return [registry.read(meta, data, digest, place) for place, meta, data, digest in rows]
