"""Loans and groups as they stand after a command, written in the command's transaction."""

from datetime import date, timedelta
from typing import Any

import msgspec
from sqlalchemy import Connection, text

from services.loans.read_model.documents import group_document, loan_document
from services.loans.state import GroupState, LoanState
from shared.areas import REFORM, Commune, at
from shared.policy.standing import standings
from shared.recorded import Recorded
from shared.service import ReadModel

CHECK_DUE = timedelta(days=30)

_LOAN = text(
    "INSERT INTO loans (loan_id, household_id, member_id, group_id, programme, applied_on,"
    " commune, version, check_due_on, standings, ledger, body) VALUES (:loan_id, :household_id,"
    " :member_id, :group_id, :programme, :applied_on, :commune, :version, :check_due_on,"
    " CAST(:standings AS jsonb), CAST(:ledger AS jsonb), CAST(:body AS jsonb))"
    " ON CONFLICT (loan_id) DO UPDATE SET household_id = EXCLUDED.household_id,"
    " member_id = EXCLUDED.member_id, group_id = EXCLUDED.group_id,"
    " programme = EXCLUDED.programme, applied_on = EXCLUDED.applied_on,"
    " commune = EXCLUDED.commune, version = EXCLUDED.version,"
    " check_due_on = EXCLUDED.check_due_on, standings = EXCLUDED.standings,"
    " ledger = EXCLUDED.ledger, body = EXCLUDED.body"
)
_NO_PAYEES = text("DELETE FROM loan_payees WHERE loan_id = :loan_id")
_PAYEE = text(
    "INSERT INTO loan_payees (disbursement_id, ref, loan_id, household_id, disbursed_on,"
    " reversed_on) VALUES (:disbursement_id, :ref, :loan_id, :household_id, :disbursed_on,"
    " :reversed_on)"
)
_GROUP = text(
    "INSERT INTO credit_groups (group_id, commune, union_code, formed_on, version, body)"
    " VALUES (:group_id, :commune, :union_code, :formed_on, :version, CAST(:body AS jsonb))"
    " ON CONFLICT (group_id) DO UPDATE SET commune = EXCLUDED.commune,"
    " union_code = EXCLUDED.union_code, formed_on = EXCLUDED.formed_on,"
    " version = EXCLUDED.version, body = EXCLUDED.body"
)
_NO_LOAN = text("DELETE FROM loans WHERE loan_id = :id")
_NO_GROUP = text("DELETE FROM credit_groups WHERE group_id = :id")
_CLEAR = text("TRUNCATE loans, loan_payees, credit_groups")
_MOVES_PAYEES = {"LoanDisbursed", "DisbursementReversed", "EventCorrected"}


def present_commune(commune: Commune | None) -> str | None:
    """Give the code on today's map of a commune of either map."""
    placed = None if commune is None else at(commune, REFORM)
    return None if placed is None else placed.code


def write(connection: Connection, stream_id: str, state: Any, recorded: list[Recorded]) -> None:
    """Bring the rows of a stream to its state; they go if its beginning was annulled."""
    version = recorded[-1].meta.version
    identity = stream_id.partition("-")[2]
    match state:
        case LoanState(applied=None):
            connection.execute(_NO_PAYEES, {"loan_id": identity})
            connection.execute(_NO_LOAN, {"id": identity})
        case GroupState(formed=None):
            connection.execute(_NO_GROUP, {"id": identity})
        case LoanState():
            connection.execute(_LOAN, _loan_row(state, version))
            if any(found.meta.type in _MOVES_PAYEES for found in recorded):
                _write_payees(connection, state)
        case GroupState():
            connection.execute(_GROUP, _group_row(state, version))


def _json(value: Any) -> str:
    return msgspec.json.encode(value).decode()


def _loan_row(state: LoanState, version: int) -> dict[str, Any]:
    applied = state.applied
    if applied is None:
        raise TypeError("a loan without an application has no row")
    turns = standings(state.life)
    ends = [*(turn.since for turn in turns[1:]), None]
    return {
        "loan_id": applied.loan_id,
        "household_id": applied.household_id,
        "member_id": applied.borrower_member_id,
        "group_id": applied.group_id,
        "programme": applied.programme,
        "applied_on": applied.applied_on,
        "commune": present_commune(applied.commune),
        "version": version,
        "check_due_on": check_due_on(state),
        "standings": _json(
            [
                {"standing": turn.standing, "since": turn.since, "until": end}
                for turn, end in zip(turns, ends, strict=True)
            ]
        ),
        "ledger": _json(state.life.ledger),
        "body": _json(loan_document(state)),
    }


def check_due_on(state: LoanState) -> date | None:
    """Give the first day by which a use check is due that was not made, or None."""
    due = [
        paid.disbursed_on + CHECK_DUE
        for paid in state.disbursements
        if paid.reversed_on is None and paid.checked_on is None
    ]
    return min(due) if due else None


def _write_payees(connection: Connection, state: LoanState) -> None:
    applied = state.applied
    if applied is None:
        return
    connection.execute(_NO_PAYEES, {"loan_id": applied.loan_id})
    rows = [
        {
            "disbursement_id": paid.disbursement_id,
            "ref": ref,
            "loan_id": applied.loan_id,
            "household_id": applied.household_id,
            "disbursed_on": paid.disbursed_on,
            "reversed_on": paid.reversed_on,
        }
        for paid in state.disbursements
        for ref in sorted({paid.payee.account_ref, paid.payee.citizen_ref} - {None}, key=str)
    ]
    if rows:
        connection.execute(_PAYEE, rows)


def _group_row(state: GroupState, version: int) -> dict[str, Any]:
    formed = state.formed
    if formed is None:
        raise TypeError("a group that was not formed has no row")
    return {
        "group_id": formed.group_id,
        "commune": present_commune(formed.commune),
        "union_code": formed.union,
        "formed_on": formed.formed_on,
        "version": version,
        "body": _json(group_document(state)),
    }


def clear(connection: Connection) -> None:
    """Empty the tables of loans and groups; what is known of others stays."""
    connection.execute(_CLEAR)


READ_MODEL = ReadModel(write, clear, alone=())
