"""Reading the live views: filters, roles and areas are parts of the one query."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

import msgspec
from sqlalchemy import Connection, text

from services.reporting.detection.finding_versions import OPEN, Appearance
from services.reporting.detection.query import SPONSORS_CODES, Sight, Wanted
from services.reporting.domain.rulebook import SHADOW
from services.reporting.projections.tables import IS_OPEN, LIVE
from services.reporting.projections.within import Query, stay_within
from shared.areas import Commune, Scope

_OF_SHADOWS = f"'%{SHADOW}%'"
"""Said so that the planner knows: nearly none are. It takes an expression for a rare find."""
APPEARANCE = msgspec.json.Decoder(Appearance)
HOME_OF_ONE = (
    f"LEFT JOIN {LIVE}.residences r ON cardinality(f.household_ids) = 1"
    " AND r.key = f.household_ids[1] AND r.from_on <= :day"
    " AND (r.until_on IS NULL OR :day < r.until_on)"
)
"""Joins `r`, where the household of the finding `f` lives on `:day` if it has exactly one."""


@dataclass(frozen=True, slots=True)
class Found:
    """A finding and the commune of its household, where it has exactly one."""

    shown: Appearance
    commune: Commune | None


def count_by_code(
    connection: Connection, valid_at: date, wanted: Wanted, sight: Sight, scope: Scope
) -> dict[str, int]:
    """Count the findings as they look on a day, by their codes."""
    query = _on(valid_at, wanted, sight, scope)
    rows = connection.execute(
        text(
            f"SELECT f.code, count(*) FROM {LIVE}.findings f"
            f" WHERE {' AND '.join(query.conditions)} GROUP BY f.code"
        ),
        query.bound,
    )
    return {row[0]: int(row[1]) for row in rows}


def _on(
    valid_at: date, wanted: Wanted, sight: Sight, scope: Scope, *, paged: bool = False
) -> Query:
    """Say which findings show on a day, to this reader, within this area."""
    query = Query(["f.from_on <= :day", "(f.until_on IS NULL OR :day < f.until_on)"], {})
    query.bound["day"] = valid_at
    _filter(query, wanted)
    see(query, sight)
    stay_within(query, scope, wanted.area, valid_at, paged=paged)
    return query


def find(
    connection: Connection,
    valid_at: date,
    wanted: Wanted,
    sight: Sight,
    scope: Scope,
    *,
    worst_first: bool,
    after: tuple[str, ...] | None,
    limit: int,
) -> list[Found]:
    """Give the findings as they look on a day, in order, after a cursor."""
    query = _on(valid_at, wanted, sight, scope, paged=True)
    query.bound["limit"] = limit
    order = "f.opened_on, f.finding_id"
    if worst_first:
        order = "f.severity DESC, " + order
    if after is not None:
        _go_on(query, after, worst_first=worst_first)
    return _rows(connection, query, order)


def find_coming(
    connection: Connection,
    day: date,
    last: date,
    wanted: Wanted,
    sight: Sight,
    scope: Scope,
    *,
    limit: int,
) -> list[Found]:
    """Give the findings that will open after a day and by another, if nothing is done."""
    query = Query(["f.from_on = f.opened_on", "f.opened_on > :day", "f.opened_on <= :last"], {})
    query.bound |= {"day": day, "last": last, "limit": limit}
    _filter(query, wanted)
    see(query, sight)
    stay_within(query, scope, wanted.area, day)
    return _rows(connection, query, "f.opened_on, f.finding_id")


def _rows(connection: Connection, query: Query, order: str) -> list[Found]:
    # cut off before where each lives is looked up: then a page of them is sorted, not all
    rows = connection.execute(
        text(
            f"SELECT f.body, r.code, r.valid_from FROM (SELECT f.* FROM {LIVE}.findings f"
            f" WHERE {' AND '.join(query.conditions)} ORDER BY {order} LIMIT :limit) f"
            f" {HOME_OF_ONE} ORDER BY {order}"
        ),
        query.bound,
    )
    return [
        Found(APPEARANCE.decode(bytes(row[0])), Commune(row[1], row[2]) if row[1] else None)
        for row in rows
    ]


def _filter(query: Query, wanted: Wanted) -> None:
    if wanted.kinds:
        _of_kinds(query, wanted)
    if wanted.codes:
        query.add("split_part(f.code, :shadow, 1) = ANY(:codes)", codes=list(wanted.codes))
    if wanted.statuses == frozenset(OPEN):
        query.add(f"f.{IS_OPEN}")
    elif wanted.statuses:
        query.add("f.status = ANY(:statuses)", statuses=list(wanted.statuses))
    elif wanted.finding_id is None:
        query.add("f.status <> 'retracted'")
    query.add("f.severity >= :least", least=int(wanted.min_severity))
    if wanted.household_id is not None:
        query.add(
            "f.household_ids @> ARRAY[CAST(:household AS uuid)]", household=wanted.household_id
        )
    if wanted.loan_id is not None:
        query.add("f.loan_id = :loan", loan=wanted.loan_id)
    _whose(query, wanted)
    if wanted.finding_id is None:
        query.add(f"f.code {'' if wanted.shadow else 'NOT '}LIKE {_OF_SHADOWS}")
    query.bound["shadow"] = SHADOW
    if wanted.finding_id is not None:
        query.add("f.finding_id = :finding", finding=wanted.finding_id)


def _of_kinds(query: Query, wanted: Wanted) -> None:
    # of one kind an index has them in the order of the list; of several it has not
    if len(wanted.kinds) == 1:
        (kind,) = wanted.kinds
        query.add("f.kind = :kind", kind=kind.value)
    else:
        query.add("f.kind = ANY(:kinds)", kinds=[kind.value for kind in wanted.kinds])


def _whose(query: Query, wanted: Wanted) -> None:
    if wanted.assignee is not None:
        query.add(
            "convert_from(f.body, 'UTF8')::jsonb ->> 'assignee' = :assignee",
            assignee=wanted.assignee,
        )
    if wanted.sponsor_id is not None:
        query.add("f.sponsor_id = :of_sponsor", of_sponsor=wanted.sponsor_id)
    if wanted.awake:
        query.add("f.snoozed_until IS NULL")


def see(query: Query, sight: Sight) -> None:
    """Keep what the roles let a reader see."""
    if sight.everything:
        return
    query.add(
        f"f.code NOT LIKE {_OF_SHADOWS} AND (f.kind = ANY(:seen)"
        " OR (f.kind = ANY(:seen_confirmed) AND f.confirmed)"
        " OR f.code = ANY(:seen_codes)"
        " OR (f.code = ANY(:sponsors) AND f.sponsor_id = CAST(:sponsor AS uuid)))",
        seen=[kind.value for kind in sight.kinds],
        seen_confirmed=[kind.value for kind in sight.confirmed],
        seen_codes=list(sight.codes),
        sponsors=list(SPONSORS_CODES),
        sponsor=sight.sponsor_id,
    )


def _go_on(query: Query, after: tuple[str, ...], *, worst_first: bool) -> None:
    opened_on, finding_id = date.fromisoformat(after[-2]), UUID(after[-1])
    query.bound |= {"after_day": opened_on, "after_id": finding_id}
    later = "(f.opened_on, f.finding_id) > (:after_day, CAST(:after_id AS uuid))"
    if worst_first:
        query.bound["after_severity"] = int(after[0])
        later = f"(f.severity < :after_severity OR (f.severity = :after_severity AND {later}))"
    query.add(later)


def keys_behind(connection: Connection, shown: Appearance) -> list[UUID]:
    """Name the journals in which a finding's evidence is: its households', and any other."""
    rows = connection.execute(
        text("SELECT DISTINCT key FROM journal WHERE event_id = ANY(:events)"),
        {"events": list(shown.evidence)},
    )
    return sorted({*shown.household_ids, *(row[0] for row in rows)})


def positions(connection: Connection) -> dict[str, int]:
    """Give the position read so far of every service, by its topic's name."""
    rows = connection.execute(
        text("SELECT topic, max(last_position) FROM consumed GROUP BY topic ORDER BY topic")
    )
    return {row[0]: int(row[1]) for row in rows}
