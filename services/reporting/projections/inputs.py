"""What every dossier is judged with besides its own facts: the pauses, as the journal has them."""

from datetime import date
from typing import NamedTuple

from sqlalchemy import Connection, text

from services.reporting.clocks import Pause
from services.reporting.events import ClocksPaused
from services.reporting.pauses import pauses, recorded_pauses
from shared.projector.journal import Registries
from shared.recorded import Recorded

# the version is the number of pause events: it only ever grows
_PAUSES = text(
    "SELECT position, meta, data, hash FROM journal"
    " WHERE source = 'reporting' AND type IN ('ClocksPaused', 'PauseEnded') ORDER BY position"
)


class Inputs(NamedTuple):
    """The pauses in force and how many events made them."""

    version: int
    pauses: tuple[Pause, ...]


def read_inputs(connection: Connection, registries: Registries) -> Inputs:
    """Give the inputs as the journal has them now."""
    history = _history(connection, registries)
    return Inputs(len(history), pauses(history))


def read_pauses(
    connection: Connection, registries: Registries
) -> list[tuple[ClocksPaused, date | None]]:
    """Give what was recorded of each pause, and when it was ended early."""
    return recorded_pauses(_history(connection, registries))


def _history(connection: Connection, registries: Registries) -> list[Recorded]:
    registry = registries["reporting"]
    rows = connection.execute(_PAUSES)
    return [registry.read(row[1], row[2], bytes(row[3]), row[0]) for row in rows]
