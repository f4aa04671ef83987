"""What every dossier is judged with besides its own facts: the pauses, as the journal has them."""

from typing import NamedTuple

from sqlalchemy import Connection, text

from services.reporting.clocks import Pause
from services.reporting.pauses import pauses
from shared.projector.journal import Registries

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
    rows = connection.execute(_PAUSES).all()
    registry = registries["reporting"]
    return Inputs(
        len(rows), pauses(registry.read(row[1], row[2], bytes(row[3]), row[0]) for row in rows)
    )
