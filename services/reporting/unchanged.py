"""What the views hold of households of which nothing was recorded since an instant.

Refolding what was known then would give the same rows: so they are read, not made anew. What was
recorded since but is dated after the last day that is looked at changes nothing up to that day.
"""

from collections.abc import Collection
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

import msgspec
from sqlalchemy import Connection, text

from services.reporting.appearances import Appearance
from services.reporting.clocks import Residence
from services.reporting.projections.reading import APPEARANCE
from services.reporting.projections.rows import Contributed
from services.reporting.projections.tables import LIVE
from shared.areas import Commune

_CONTRIBUTED = msgspec.json.Decoder(Contributed)
_JUDGED = text(f"SELECT key FROM {LIVE}.dossiers WHERE key = ANY(:keys) AND inputs = :version")
_HOMES = text(
    f"SELECT key, from_on, code, valid_from FROM {LIVE}.residences WHERE key = ANY(:keys)"
    " ORDER BY key, from_on"
)
_FINDINGS = text(
    f"SELECT owner, body FROM {LIVE}.findings WHERE owner = ANY(:owners) AND from_on <= :last"
    " AND (until_on IS NULL OR :first < until_on)"
)
_GIVEN = text(f"SELECT key, body FROM {LIVE}.contributions WHERE key = ANY(:keys)")
_CHANGED = text(
    "SELECT DISTINCT key FROM journal WHERE key = ANY(:keys) AND recorded_at > :known_at"
    " AND (occurred_on <= :last OR type = 'EventCorrected')"
)


class Kept(NamedTuple):
    """The rows of one household, as the views hold them."""

    homes: list[Residence]
    shown: list[Appearance]
    given: list[Contributed]


def unchanged(
    connection: Connection,
    keys: Collection[UUID],
    known_at: datetime,
    version: int,
    days: tuple[date, date],
    *,
    with_findings: bool,
) -> dict[UUID, Kept]:
    """Give the rows of those of these households whom the views show as they were known then.

    So up to the last of two days; `version` is that of the inputs of then, and who was judged
    with others is not among them. Of findings only those that show between the two, or none.
    """
    bound = {"keys": list(keys), "version": version, "known_at": known_at, "last": days[1]}
    found = {key: Kept([], [], []) for key in connection.execute(_JUDGED, bound).scalars()}
    bound["keys"], bound["owners"] = list(found), [str(key) for key in found]
    for key, *home in connection.execute(_HOMES, bound):
        found[key].homes.append((home[0], Commune(home[1], home[2])))
    if with_findings:
        for owner, body in connection.execute(_FINDINGS, bound | {"first": days[0]}):
            found[UUID(owner)].shown.append(APPEARANCE.decode(bytes(body)))
    for key, body in connection.execute(_GIVEN, bound):
        found[key].given.append(_CONTRIBUTED.decode(bytes(body)))
    # looked up last: what was recorded while the views were read counts as changed too
    for key in connection.execute(_CHANGED, bound).scalars():
        del found[key]
    return found
