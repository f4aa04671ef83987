"""What the views hold of households of which nothing was recorded since an instant.

Refolding what was known then would give the same rows: so they are read, not made anew. What was
recorded since but is dated after the last day that is looked at changes nothing up to that day,
but for where a household lives.
"""

from collections.abc import Collection
from datetime import date, datetime
from operator import itemgetter
from typing import NamedTuple
from uuid import UUID

import msgspec
from sqlalchemy import Connection

from services.reporting.detection.finding_versions import Appearance
from services.reporting.domain.clocks import Residence
from services.reporting.projections.reading import APPEARANCE
from services.reporting.projections.rows import Contributed
from services.reporting.projections.tables import LIVE
from services.reporting.queries.affected_keys import UNDATED
from services.reporting.rules import COUNTED
from shared.areas import Commune
from shared.pg_binary import array, ask, of_text, of_uuid
from shared.projector.driver import driver

_CONTRIBUTED = msgspec.json.Decoder(Contributed)
# one statement, so that all of it is of one moment: nothing can be recorded between its parts
_KEPT = (
    f"WITH kept AS (SELECT d.key FROM {LIVE}.dossiers d WHERE d.key = ANY(%b::uuid[])"
    " AND d.inputs = %b::int4 AND NOT EXISTS (SELECT FROM journal j WHERE j.key = d.key"
    " AND j.recorded_at > %b::timestamptz"
    f" AND (j.occurred_on <= %b::date OR {UNDATED})))"
    " SELECT key, NULL::text, NULL::date, NULL::date, NULL::bytea FROM kept"
)
_HOMES = (
    f" UNION ALL SELECT r.key, r.code, r.from_on, r.valid_from, NULL FROM {LIVE}.residences r"
    " JOIN kept USING (key)"
)
_GIVEN = (
    f" UNION ALL SELECT c.key, 'given', NULL, NULL, c.body FROM {LIVE}.contributions c"
    " JOIN kept USING (key) WHERE c.kind <> ALL(%b::text[])"
)
_FINDINGS = (
    f" UNION ALL SELECT kept.key, 'shown', NULL, NULL, f.body FROM {LIVE}.findings f"
    " JOIN kept ON f.owner = kept.key::text WHERE f.from_on <= %b::date"
    " AND (f.until_on IS NULL OR %b::date < f.until_on)"
)


class Kept(NamedTuple):
    """The rows of one household, as the views hold them; what years count is not among them."""

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
    first, last = days
    counted = array("text", [of_text(kind) for kind in sorted(COUNTED)])
    statement = _KEPT + _HOMES + _GIVEN
    bound = [array("uuid", [of_uuid(key) for key in keys]), version, known_at, last, counted]
    if with_findings:
        statement += _FINDINGS
        bound += [last, first]
    found: dict[UUID, Kept] = {}
    for key, what, from_on, valid_from, body in ask(driver(connection), statement, *bound):
        # in any order: the server may do the parts side by side
        if (own := found.get(key)) is None:
            own = found[key] = Kept([], [], [])
        if what == "given":
            own.given.append(_CONTRIBUTED.decode(body))
        elif what == "shown":
            own.shown.append(APPEARANCE.decode(body))
        elif what is not None:
            own.homes.append((from_on, Commune(what, valid_from)))
    for own in found.values():
        own.homes.sort(key=_from)
    return found


_from = itemgetter(0)
