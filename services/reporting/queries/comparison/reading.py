"""What comparing a household needs: its journal, of whom it shares values with, and the pauses."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import Connection, text

from services.reporting.detection.query import Times
from services.reporting.domain.rulebook import rulebook_on
from services.reporting.domain.sources import REGISTRIES
from services.reporting.projections.step import rows_of
from services.reporting.projections.tables import LIVE
from services.reporting.queries.affected_keys import Named, sharing
from services.reporting.queries.past import known
from services.reporting.rules import COUNTED, FEEDING
from shared.projector.journal import read_journal, read_journals
from shared.recorded import Recorded

_PAUSES = text(
    "SELECT DISTINCT key FROM journal"
    " WHERE source = 'reporting' AND type IN ('ClocksPaused', 'PauseEnded')"
)
_NAMES = text(f"SELECT DISTINCT kind, subject FROM {LIVE}.contributions WHERE key = ANY(:keys)")


def pause_history(connection: Connection) -> list[Recorded]:
    """Give every event about pauses."""
    keys = list(connection.execute(_PAUSES).scalars())
    found = read_journals(connection, keys, REGISTRIES)
    return [each for own in found.values() for each in own]


def beside(
    connection: Connection, household_id: UUID, points: Iterable[Times]
) -> dict[UUID, list[Recorded]]:
    """Give all that is recorded of a household and of those that share values with it.

    It shares what it contributed at either point, and now; that both were reviewed in one year,
    as nearly everybody was, is nothing that they share.
    """
    own = read_journal(connection, household_id, REGISTRIES)
    if not own:
        return {}
    names = _names(connection, [household_id])
    for point in points:
        names |= _contributed(household_id, own, point)
    partners = sharing(connection, (name for name in names if name[0] not in COUNTED))
    # a group is judged by what its loans share with others, who need not be of the group
    further = {name for name in _names(connection, list(partners)) if name[0] in FEEDING}
    keys = (partners | sharing(connection, further)) - {household_id}
    return {household_id: own, **read_journals(connection, keys, REGISTRIES)}


def _names(connection: Connection, keys: list[UUID]) -> set[Named]:
    return {(row[0], row[1]) for row in connection.execute(_NAMES, {"keys": keys})}


def _contributed(household_id: UUID, history: list[Recorded], point: Times) -> set[Named]:
    book = rulebook_on(point.rules_at or point.valid_at).up_to(point.valid_at)
    rows = rows_of(household_id, known(history, point.known_at), book, ())
    return set() if rows is None else {(each.kind, each.subject) for each, _ in rows.contributions}
