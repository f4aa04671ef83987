"""Loans and groups as they stand after a command, written in the command's transaction."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Table, delete
from sqlalchemy.dialects.postgresql import Insert, insert

from services.loans import events
from services.loans.read_model.documents import group_document, loan_document
from services.loans.read_model.tables import CREDIT_GROUPS, LOAN_PAYEES, LOANS, METADATA
from services.loans.state import GroupState, LoanState
from shared.areas import REFORM, Commune, at
from shared.corrections import EventCorrected
from shared.policy.standing import standings
from shared.recorded import Recorded
from shared.service import ReadModel

Row = dict[str, Any]

CHECK_DUE = timedelta(days=30)
_MOVES_PAYEES = (events.LoanDisbursed, events.DisbursementReversed, EventCorrected)


def present_commune(commune: Commune | None) -> str | None:
    """Give the code on today's map of a commune of either map."""
    placed = None if commune is None else at(commune, REFORM)
    return None if placed is None else placed.code


def apply(connection: Connection, stream_id: str, state: Any, recorded: Sequence[Recorded]) -> None:
    """Bring the rows of a stream to its state; they go if its beginning was annulled."""
    version = recorded[-1].meta.version
    own_id = UUID(stream_id.partition("-")[2])
    match state:
        case LoanState():
            _keep(connection, LOANS, own_id, _loan(state, version))
            if any(isinstance(entry.event, _MOVES_PAYEES) for entry in recorded):
                _keep_payees(connection, own_id, state)
        case GroupState():
            _keep(connection, CREDIT_GROUPS, own_id, _group(state, version))
        case _:
            raise TypeError(f"no table holds {stream_id}")


def clear(connection: Connection) -> None:
    """Empty the tables before they are made anew from the events."""
    for table in METADATA.tables.values():
        connection.execute(delete(table))


def _put(table: Table) -> Insert:
    made = insert(table)
    (key,) = table.primary_key.columns
    changed = {column.name: made.excluded[column.name] for column in table.c if column is not key}
    return made.on_conflict_do_update(index_elements=[key], set_=changed)


_PUT = {table: _put(table) for table in (LOANS, CREDIT_GROUPS)}
"""Made once, and not for each command."""


def _keep(connection: Connection, table: Table, own_id: UUID, row: Row | None) -> None:
    (key,) = table.primary_key.columns
    if row is None:
        connection.execute(delete(table).where(key == own_id))
        return
    connection.execute(_PUT[table], {key.name: own_id} | row)


def _loan(state: LoanState, version: int) -> Row | None:
    applied = state.applied
    if applied is None:
        return None
    turns = standings(state.life)
    ends = [*(turn.since for turn in turns[1:]), None]
    return {
        "household_id": applied.household_id,
        "member_id": applied.borrower_member_id,
        "group_id": applied.group_id,
        "programme": applied.programme,
        "applied_on": applied.applied_on,
        "commune": present_commune(applied.commune),
        "version": version,
        "check_due_on": check_due_on(state),
        "standings": [
            {"standing": turn.standing, "since": turn.since, "until": end}
            for turn, end in zip(turns, ends, strict=True)
        ],
        "ledger": state.life.ledger,
        "body": loan_document(state),
    }


def check_due_on(state: LoanState) -> date | None:
    """Give the first day by which a use check is due that was not made, or None."""
    due = [
        paid.disbursed_on + CHECK_DUE
        for paid in state.disbursements
        if paid.reversed_on is None and paid.checked_on is None
    ]
    return min(due) if due else None


def _keep_payees(connection: Connection, own_id: UUID, state: LoanState) -> None:
    connection.execute(delete(LOAN_PAYEES).where(LOAN_PAYEES.c.loan_id == own_id))
    rows = [
        {
            "disbursement_id": paid.disbursement_id,
            "ref": ref,
            "loan_id": own_id,
            "household_id": state.household_id,
            "disbursed_on": paid.disbursed_on,
            "reversed_on": paid.reversed_on,
        }
        for paid in state.disbursements
        for ref in sorted({paid.payee.account_ref, paid.payee.citizen_ref} - {None}, key=str)
    ]
    if rows:
        connection.execute(insert(LOAN_PAYEES), rows)


def _group(state: GroupState, version: int) -> Row | None:
    formed = state.formed
    if formed is None:
        return None
    return {
        "commune": present_commune(formed.commune),
        "union_code": formed.union,
        "formed_on": formed.formed_on,
        "version": version,
        "body": group_document(state),
    }


READ_MODEL = ReadModel(apply, clear, alone=())
