"""What is shown of loans and groups as they stand on a day, and whose payees to whom."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Connection, Date, case, literal, null, select

from services.loans.api.filters import Filter
from services.loans.read_model.tables import CREDIT_GROUPS, HOUSEHOLD_PLACES, LOANS
from shared.auth.caller import Caller
from shared.auth.roles import BANK, Role
from shared.policy.outstanding import Buckets, Entry, buckets_on

_SEES_REFS = (*BANK, Role.AUDITOR)


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


def shown(found: Found, who: Caller) -> dict[str, Any]:
    """Give a document without payee pseudonyms for those who may not see them."""
    if who.has(*_SEES_REFS):
        return found.document
    paid = [
        disbursement | {"payee": _without_refs(disbursement["payee"])}
        for disbursement in found.document["disbursements"]
    ]
    return found.document | {"disbursements": paid}


def _without_refs(payee: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in payee.items() if not name.endswith("_ref")}
