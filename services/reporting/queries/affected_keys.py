"""Whose journals an answer about another time needs: no more are read, and none are missing.

A household may have lived elsewhere by what was known then. So the communes are those that any
event of its ever named, a corrected one too; and beside those with whom it shares something now
there are all of whom something was corrected since.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Connection, text

from services.reporting.detection.query import Wanted
from services.reporting.projections.tables import LIVE
from services.reporting.rules.sponsor_orphaned import SPONSOR
from shared.areas import Scope

COMMUNE_OF = (
    "substring(encode(data, 'escape')"
    r""" from 'commune[\\]*":[{][\\]*"code[\\]*":[\\]*"([^"\\]+)')"""
)
"""The code in an event's bytes that says where a household lives."""
CORRECTED = "type = 'EventCorrected'"
PLACING = (
    "type IN ('HouseholdRegistered', 'HouseholdMoved', 'LoanApplied', 'SponsorAssigned',"
    " 'EventCorrected')"
)
UNDATED = "type IN ('EventCorrected', 'HouseholdRegistered', 'HouseholdMoved')"
"""What may change days before its own: until one is known, loans say where a household lives."""
Named = tuple[str, str]

_EVER_IN = text(f"SELECT DISTINCT key FROM journal WHERE {PLACING} AND {COMMUNE_OF} = ANY(:codes)")
_OF_LOAN = text("SELECT key FROM journal WHERE source = 'loans' AND stream_id = :stream LIMIT 1")
_OF_FINDING = text(
    f"SELECT household_ids, owner FROM {LIVE}.findings WHERE finding_id = :finding"
    " UNION SELECT household_ids, '' FROM announced WHERE finding_id = :finding"
)
_SHARING = text(
    f"SELECT DISTINCT c.key FROM {LIVE}.contributions c JOIN unnest(CAST(:kinds AS text[]),"
    " CAST(:subjects AS text[])) AS w (kind, subject) USING (kind, subject)"
)
_CORRECTED = text(f"SELECT DISTINCT key FROM journal WHERE {CORRECTED} AND recorded_at > :known_at")


def asked_for(connection: Connection, wanted: Wanted, scope: Scope) -> set[UUID] | None:
    """Name the households of which one at least is in every answer; None: any may be."""
    if wanted.household_id is not None:
        return {wanted.household_id}
    if wanted.loan_id is not None:
        stream = {"stream": f"loan-{wanted.loan_id}"}
        return set(connection.execute(_OF_LOAN, stream).scalars())
    if wanted.finding_id is not None:
        rows = connection.execute(_OF_FINDING, {"finding": wanted.finding_id}).all()
        if rows:
            return {key for row in rows for key in row[0]}
    if wanted.area is not None:
        return ever_in(connection, wanted.area)
    return None if scope.everything else ever_in(connection, scope)


def ever_in(connection: Connection, area: Scope) -> set[UUID]:
    """Name the households that live or lived in an area by anything that was ever recorded."""
    communes = area.matching(date.min) | area.matching(date.max)
    codes = {"codes": sorted({each.code for each in communes})}
    return set(connection.execute(_EVER_IN, codes).scalars())


def sharing(connection: Connection, names: Iterable[Named]) -> set[UUID]:
    """Name those who contribute to these values now."""
    every = set(names)
    # what a sponsor's end means for one household has nothing to do with its others
    ends = {UUID(name) for kind, name in every if kind == SPONSOR}
    pairs: Sequence[Named] = sorted(name for name in every if name[0] != SPONSOR)
    bound = {"kinds": [kind for kind, _ in pairs], "subjects": [name for _, name in pairs]}
    return ends | (set(connection.execute(_SHARING, bound).scalars()) if pairs else set())


def corrected_since(connection: Connection, known_at: datetime | None) -> set[UUID]:
    """Name those of whom something was corrected after an instant."""
    if known_at is None:
        return set()
    return set(connection.execute(_CORRECTED, {"known_at": known_at}).scalars())
