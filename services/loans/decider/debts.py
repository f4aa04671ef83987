"""Debts that are not paid as agreed: overdue, extended, frozen, recalled, written off."""

from services.loans.commands import (
    CollectRecall,
    ExtendLoan,
    FreezeLoan,
    MarkCurrent,
    MarkOverdue,
    OrderRecall,
    RecordContact,
    WriteOffLoan,
)
from services.loans.decider.checks import in_order, keeps_debt, open_on, owing_on
from services.loans.errors import AlreadyOverdue, MisuseConfirmed, NotOpen
from services.loans.events import (
    BorrowerContacted,
    LoanBecameCurrent,
    LoanBecameOverdue,
    LoanEvent,
    LoanExtended,
    LoanFrozen,
    LoanWrittenOff,
    RecallCollected,
    RecallOrdered,
)
from services.loans.state import LoanState, Recall
from shared.decider import Malformed
from shared.policy.outstanding import Entry
from shared.policy.standing import overdue_since


def mark_overdue(state: LoanState, command: MarkOverdue) -> list[LoanEvent]:
    """Move a debt to overdue; saying the same again changes nothing."""
    applied = owing_on(state, command.since)
    already = overdue_since(state.life, command.since)
    if already == command.since:
        return []
    if already is not None:
        raise AlreadyOverdue(since=already)
    return [
        LoanBecameOverdue(
            loan_id=command.loan_id, household_id=applied.household_id, since=command.since
        )
    ]


def mark_current(state: LoanState, command: MarkCurrent) -> list[LoanEvent]:
    """End an overdue debt."""
    applied = open_on(state, command.ended_on)
    if overdue_since(state.life, command.ended_on) is None:
        raise NotOpen(what_vi="nợ quá hạn", what_en="overdue debt")
    return [
        LoanBecameCurrent(
            loan_id=command.loan_id, household_id=applied.household_id, ended_on=command.ended_on
        )
    ]


def contact(state: LoanState, command: RecordContact) -> list[LoanEvent]:
    """Record a talk with the borrower."""
    applied = open_on(state, command.contacted_on)
    if command.promised_on is not None:
        in_order(
            command.contacted_on,
            command.promised_on,
            "/promised_on",
            "ngày làm việc",
            "the contact",
        )
    return [
        BorrowerContacted(
            loan_id=command.loan_id,
            household_id=applied.household_id,
            contact_id=command.contact_id,
            contacted_on=command.contacted_on,
            outcome=command.outcome,
            promised_on=command.promised_on,
            cause=command.cause,
        )
    ]


def extend(state: LoanState, command: ExtendLoan) -> list[LoanEvent]:
    """Allow more time for a debt."""
    applied = owing_on(state, command.granted_on)
    in_order(command.granted_on, command.until, "/until", "ngày gia hạn", "the extension")
    return [
        LoanExtended(
            loan_id=command.loan_id,
            household_id=applied.household_id,
            granted_on=command.granted_on,
            until=command.until,
        )
    ]


def freeze(state: LoanState, command: FreezeLoan) -> list[LoanEvent]:
    """Let a debt rest; never where misuse was confirmed."""
    applied = owing_on(state, command.since)
    in_order(command.since, command.until, "/until", "ngày bắt đầu", "the beginning")
    if command.misuse:
        raise MisuseConfirmed
    return [
        LoanFrozen(
            loan_id=command.loan_id,
            household_id=applied.household_id,
            since=command.since,
            until=command.until,
        )
    ]


def write_off(state: LoanState, command: WriteOffLoan) -> list[LoanEvent]:
    """Give principal up; never where misuse was confirmed, never more than is owed."""
    applied = open_on(state, command.written_off_on)
    if command.misuse:
        raise MisuseConfirmed
    keeps_debt(state, Entry(command.written_off_on, "written_off", command.amount))
    return [
        LoanWrittenOff(
            loan_id=command.loan_id,
            household_id=applied.household_id,
            written_off_on=command.written_off_on,
            amount=command.amount,
        )
    ]


def recall(state: LoanState, command: OrderRecall) -> list[LoanEvent]:
    """Want an amount back before its time."""
    applied = owing_on(state, command.ordered_on)
    in_order(command.ordered_on, command.due_on, "/due_on", "ngày yêu cầu", "the order")
    return [
        RecallOrdered(
            loan_id=command.loan_id,
            household_id=applied.household_id,
            recall_id=command.recall_id,
            ordered_on=command.ordered_on,
            due_on=command.due_on,
            amount=command.amount,
            reason=command.reason,
        )
    ]


def collect(state: LoanState, command: CollectRecall) -> list[LoanEvent]:
    """Record money that came back on a recall."""
    applied = open_on(state, command.collected_on)
    wanted = _wanted(state, command)
    in_order(wanted.ordered_on, command.collected_on, "/collected_on", "ngày yêu cầu", "the order")
    keeps_debt(state, Entry(command.collected_on, "recalled", command.amount))
    return [
        RecallCollected(
            loan_id=command.loan_id,
            household_id=applied.household_id,
            recall_id=wanted.recall_id,
            collected_on=command.collected_on,
            amount=command.amount,
        )
    ]


def _wanted(state: LoanState, command: CollectRecall) -> Recall:
    still_open = [recall for recall in state.recalls if recall.is_open]
    if command.recall_id is None:
        if len(still_open) > 1:
            raise Malformed(
                "/recall_id",
                "required",
                "có nhiều yêu cầu thu hồi, hãy nêu rõ / several recalls are open, name one",
            )
    else:
        still_open = [recall for recall in still_open if recall.recall_id == command.recall_id]
        if all(recall.recall_id != command.recall_id for recall in state.recalls):
            raise Malformed(
                "/recall_id",
                "not-in-list",
                "khoản vay không có yêu cầu thu hồi này / this loan has no such recall",
            )
    if not still_open:
        raise NotOpen(what_vi="yêu cầu thu hồi còn mở", what_en="open recall")
    return still_open[0]
