"""Reading loans and groups: the caller's scope is a part of every query."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import (
    ARRAY,
    Column,
    ColumnElement,
    Connection,
    Date,
    Text,
    any_,
    case,
    column,
    exists,
    func,
    literal,
    null,
    or_,
    select,
    tuple_,
)

from services.loans.read_model.tables import CREDIT_GROUPS, HOUSEHOLD_PLACES, LOANS
from shared.areas import REFORM, Scope
from shared.policy.outstanding import Buckets, Entry, buckets_on

Filter = ColumnElement[bool]


@dataclass(frozen=True, slots=True)
class Found:
    """A row: its place in the order, its version and its document."""

    day: date
    id: UUID
    version: int
    document: dict[str, Any]

    @property
    def key(self) -> tuple[str, str]:
        """Give its place in the order of lists, as texts."""
        return (self.day.isoformat(), str(self.id))


def in_scope(scope: Scope, day: date, commune: ColumnElement[Any]) -> list[Filter]:
    """Give the filter of an area on a column of codes of today's map; none for everything."""
    if scope.everything:
        return []
    codes = sorted({c.code for c in scope.matching(day) if c.valid_from == REFORM})
    return [commune == any_(literal(codes, ARRAY(Text)))]


def loan_scope(scope: Scope, day: date) -> list[Filter]:
    """Give the filter of an area on loans: they follow their household, else what they said."""
    return in_scope(scope, day, func.coalesce(HOUSEHOLD_PLACES.c.commune, LOANS.c.commune))


def status_filter(status: str, day: date) -> Filter:
    """Give the filter of a standing on a day."""
    turns = func.jsonb_to_recordset(LOANS.c.standings)
    turn = turns.table_valued(
        column("standing", Text), column("since", Date), column("until", Date)
    ).render_derived("turn", with_types=True)
    on_the_day = (turn.c.since <= day, or_(turn.c.until.is_(None), turn.c.until > day))
    # the first part is for the index: it stood so some day
    ever: Filter = LOANS.c.standings.contains([{"standing": status}])
    look = select(literal(1)).select_from(turn).where(turn.c.standing == status, *on_the_day)
    return ever & exists(look)


def after_filter(after: tuple[str, ...] | None, day: Column[Any], key: Column[Any]) -> list[Filter]:
    """Give the filter of what comes after a row in the order of (date, id)."""
    if after is None:
        return []
    return [tuple_(day, key) > tuple_(date.fromisoformat(after[0]), UUID(after[1]))]


def find_loans(
    connection: Connection, filters: Sequence[Filter], day: date, limit: int
) -> list[Found]:
    """Give loans as they stand on a day, oldest application first."""
    loans = LOANS.c
    moved_on = loans.body["moved_on"].astext.cast(Date)
    # the movements themselves only for a day before the last of them
    ledger = case((literal(day) >= moved_on, null()), else_=loans.ledger).label("ledger")
    look = (
        select(
            *(loans.loan_id, loans.applied_on, loans.version, loans.check_due_on),
            *(loans.standings, loans.body, ledger),
        )
        .select_from(LOANS.outerjoin(HOUSEHOLD_PLACES, _LIVES_THERE))
        .where(*filters)
        .order_by(loans.applied_on, loans.loan_id)
        .limit(limit)
    )
    return [_loan(row, day) for row in connection.execute(look)]


_LIVES_THERE = HOUSEHOLD_PLACES.c.household_id == LOANS.c.household_id


def _loan(row: Any, day: date) -> Found:
    buckets = _buckets(row, day)
    due = row.check_due_on
    hidden = ("moved_on", "totals")
    shown = {name: value for name, value in row.body.items() if name not in hidden}
    document: dict[str, Any] = shown | {
        "status": _standing(row.standings, day),
        "on": day.isoformat(),
        "disbursed": buckets.disbursed,
        "reversed": buckets.reversed,
        "repaid": buckets.repaid,
        "recalled": buckets.recalled,
        "written_off": buckets.written_off,
        "outstanding": buckets.outstanding,
        "check_due_by": None if due is None else due.isoformat(),
        "version": row.version,
    }
    return Found(row.applied_on, row.loan_id, row.version, document)


def _buckets(row: Any, day: date) -> Buckets:
    if row.ledger is None:
        return msgspec.convert(row.body["totals"], Buckets)
    return buckets_on(msgspec.convert(row.ledger, list[Entry]), day)


def _standing(standings: Sequence[Mapping[str, Any]], day: date) -> str | None:
    """Give the standing of a day; None before the first."""
    found: str | None = None
    for turn in standings:
        if date.fromisoformat(turn["since"]) <= day:
            found = turn["standing"]
    return found


def find_groups(connection: Connection, filters: Sequence[Filter], limit: int) -> list[Found]:
    """Give groups, oldest first."""
    groups = CREDIT_GROUPS.c
    look = (
        select(groups.group_id, groups.formed_on, groups.version, groups.body)
        .where(*filters)
        .order_by(groups.formed_on, groups.group_id)
        .limit(limit)
    )
    return [
        Found(row.formed_on, row.group_id, row.version, row.body | {"version": row.version})
        for row in connection.execute(look)
    ]
