"""Reading loans and groups: the caller's scope is a part of every query."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Connection, text

from shared.areas import REFORM, Scope
from shared.policy.outstanding import Buckets, Entry, buckets_on

_LOANS = (
    "SELECT l.loan_id, l.applied_on, l.version, l.check_due_on, l.standings, l.body,"
    # the movements themselves only for a day before the last of them
    " CASE WHEN :day >= CAST(l.body->>'moved_on' AS date) THEN NULL ELSE l.ledger END AS ledger"
    " FROM loans l LEFT JOIN household_places p USING (household_id) WHERE "
)
_GROUPS = "SELECT g.group_id, g.formed_on, g.version, g.body FROM credit_groups g WHERE "
_IN_STANDING = (
    # the first part is for the index: it stood so some day
    "l.standings @> CAST(:ever AS jsonb)"
    " AND EXISTS (SELECT 1 FROM jsonb_to_recordset(l.standings)"
    " AS s(standing text, since date, until date)"
    " WHERE s.standing = :status AND s.since <= :day AND (s.until IS NULL OR :day < s.until))"
)


@dataclass(frozen=True, slots=True)
class Filter:
    """A part of a WHERE clause and its values."""

    sql: str
    values: Mapping[str, Any]


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


def in_scope(scope: Scope, day: date, column: str, name: str = "communes") -> list[Filter]:
    """Give the filter of an area on a column of codes of today's map; none for everything."""
    if scope.everything:
        return []
    codes = sorted({c.code for c in scope.matching(day) if c.valid_from == REFORM})
    return [Filter(f"{column} = ANY(:{name})", {name: codes})]


def loan_scope(scope: Scope, day: date) -> list[Filter]:
    """Give the filter of an area on loans: they follow their household, else what they said."""
    return in_scope(scope, day, "coalesce(p.commune, l.commune)")


def status_filter(status: str, day: date) -> Filter:
    """Give the filter of a standing on a day."""
    ever = msgspec.json.encode([{"standing": status}]).decode()
    return Filter(_IN_STANDING, {"status": status, "ever": ever, "day": day})


def after_filter(after: tuple[str, ...] | None, columns: str) -> list[Filter]:
    """Give the filter of what comes after a row in the order of (date, id)."""
    if after is None:
        return []
    sql = f"({columns}) > (CAST(:after_day AS date), CAST(:after_id AS uuid))"
    return [Filter(sql, {"after_day": after[0], "after_id": after[1]})]


def _run(
    connection: Connection, select: str, filters: Sequence[Filter], tail: str, limit: int
) -> list[dict[str, Any]]:
    where = " AND ".join(["true", *(found.sql for found in filters)])
    values: dict[str, Any] = {"limit": limit}
    for found in filters:
        values |= found.values
    rows = connection.execute(text(f"{select}{where}{tail} LIMIT :limit"), values)
    return [dict(row) for row in rows.mappings()]


def find_loans(
    connection: Connection, filters: Sequence[Filter], day: date, limit: int
) -> list[Found]:
    """Give loans as they stand on a day, oldest application first."""
    of_day = Filter("true", {"day": day})
    rows = _run(connection, _LOANS, [of_day, *filters], " ORDER BY l.applied_on, l.loan_id", limit)
    return [_loan(row, day) for row in rows]


def _loan(row: dict[str, Any], day: date) -> Found:
    buckets = _buckets(row, day)
    due = row["check_due_on"]
    hidden = ("moved_on", "totals")
    shown = {name: value for name, value in row["body"].items() if name not in hidden}
    document: dict[str, Any] = shown | {
        "status": _standing(row["standings"], day),
        "on": day.isoformat(),
        "disbursed": buckets.disbursed,
        "reversed": buckets.reversed,
        "repaid": buckets.repaid,
        "recalled": buckets.recalled,
        "written_off": buckets.written_off,
        "outstanding": buckets.outstanding,
        "check_due_by": None if due is None else due.isoformat(),
        "version": row["version"],
    }
    return Found(row["applied_on"], row["loan_id"], row["version"], document)


def _buckets(row: dict[str, Any], day: date) -> Buckets:
    if row["ledger"] is None:
        return msgspec.convert(row["body"]["totals"], Buckets)
    return buckets_on(msgspec.convert(row["ledger"], list[Entry]), day)


def _standing(standings: Sequence[Mapping[str, Any]], day: date) -> str | None:
    """Give the standing of a day; None before the first."""
    found: str | None = None
    for turn in standings:
        if date.fromisoformat(turn["since"]) <= day:
            found = turn["standing"]
    return found


def find_groups(connection: Connection, filters: Sequence[Filter], limit: int) -> list[Found]:
    """Give groups, oldest first."""
    rows = _run(connection, _GROUPS, filters, " ORDER BY g.formed_on, g.group_id", limit)
    return [
        Found(
            row["formed_on"],
            row["group_id"],
            row["version"],
            row["body"] | {"version": row["version"]},
        )
        for row in rows
    ]
