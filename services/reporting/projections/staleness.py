"""How old what the views show may be, for whoever watches over the system."""

from sqlalchemy import Connection, text

from services.reporting.domain.sources import REGISTRIES
from services.reporting.projections.inputs import read_inputs
from services.reporting.projections.tables import LIVE
from services.reporting.projections.view_rulebook import is_turned

_NEWEST = text(
    "SELECT position, extract(epoch FROM clock_timestamp() - recorded_at) FROM journal"
    " WHERE source = :source ORDER BY position DESC LIMIT 1"
)
_STALE = text(f"SELECT count(*) FROM {LIVE}.dossiers WHERE :turned OR inputs < :version")
_UNTOLD = text(
    "SELECT count(*) FROM (SELECT coalesce(sum(value), 0) AS now"
    f" FROM {LIVE}.digests) d LEFT JOIN announcing a ON a.digest = d.now WHERE a.digest IS NULL"
)
_WAITING = text("SELECT count(*) FROM jobs WHERE ended_at IS NULL")


def staleness(connection: Connection) -> dict[str, float]:
    """Give per source what was read and how old that is; per view what is still to be done."""
    found: dict[str, float] = {}
    for source in REGISTRIES:
        row = connection.execute(_NEWEST, {"source": source}).one_or_none()
        found[f"read_position_{source}"] = float(row[0]) if row else 0.0
        found[f"read_age_seconds_{source}"] = float(row[1]) if row else 0.0
    inputs = read_inputs(connection, REGISTRIES)
    asked = {"version": inputs.version, "turned": is_turned(connection, inputs.day)}
    found["view_findings_stale_households"] = float(connection.execute(_STALE, asked).scalar_one())
    found["view_changes_stale"] = float(connection.execute(_UNTOLD).scalar_one())
    found["jobs_waiting"] = float(connection.execute(_WAITING).scalar_one())
    return found
