"""Debts that are not paid as agreed: overdue, extended, frozen, recalled, written off."""

from collections.abc import Iterable
from uuid import UUID

from services.loans.decider.checks import keeps_debt, owing_on
from services.loans.errors import LoanAlreadyOverdue, PartNotOpen
from services.loans.events import (
    BorrowerContacted,
    LoanBecameCurrent,
    LoanBecameOverdue,
    LoanExtended,
    LoanFrozen,
    LoanWrittenOff,
    RecallCollected,
    RecallOrdered,
)
from services.loans.state import LoanState, Recall
from shared.decider import Malformed
from shared.fact import in_order
from shared.policy.outstanding import Entry
from shared.policy.standing import overdue_since
from shared.recorded import Actor

_ORDER = "ngày yêu cầu / the order"


def mark_overdue(state: LoanState, fact: LoanBecameOverdue, _: Actor) -> None:
    """Move a debt to overdue, from one day on."""
    owing_on(state, fact.since)
    already = overdue_since(state.life, fact.since)
    if already not in (None, fact.since):
        raise LoanAlreadyOverdue(since=already)


def mark_current(state: LoanState, fact: LoanBecameCurrent, _: Actor) -> None:
    """End an overdue debt."""
    if overdue_since(state.life, fact.ended_on) is None:
        raise PartNotOpen(what="nợ quá hạn / overdue debt")


def contact(_state: LoanState, fact: BorrowerContacted, _: Actor) -> None:
    """Record a talk with the borrower, and what was promised for a day after it."""
    if fact.promised_on is not None:
        said = "ngày làm việc / the contact"
        in_order("/promised_on", fact.promised_on, fact.contacted_on, said)


def extend(state: LoanState, fact: LoanExtended, _: Actor) -> None:
    """Allow more time for a debt."""
    owing_on(state, fact.granted_on)
    in_order("/until", fact.until, fact.granted_on, "ngày gia hạn / the extension")


def freeze(state: LoanState, fact: LoanFrozen, _: Actor) -> None:
    """Let a debt rest."""
    owing_on(state, fact.since)
    in_order("/until", fact.until, fact.since, "ngày bắt đầu / the beginning")


def write_off(state: LoanState, fact: LoanWrittenOff, _: Actor) -> None:
    """Give principal up, never more than is owed."""
    keeps_debt(state, Entry(fact.written_off_on, "written_off", fact.amount))


def recall(state: LoanState, fact: RecallOrdered, _: Actor) -> None:
    """Want an amount back before its time."""
    owing_on(state, fact.ordered_on)
    in_order("/due_on", fact.due_on, fact.ordered_on, _ORDER)


def collect(state: LoanState, fact: RecallCollected, _: Actor) -> None:
    """Record money that came back on a recall."""
    named = [found for found in state.recalls if found.recall_id == fact.recall_id]
    if not named:
        raise Malformed(
            "/recall_id",
            "not-in-list",
            "khoản vay không có yêu cầu thu hồi này / this loan has no such recall",
        )
    wanted = _first_open(named)
    in_order("/collected_on", fact.collected_on, wanted.ordered_on, _ORDER)
    keeps_debt(state, Entry(fact.collected_on, "recalled", fact.amount))


def only_open_recall(state: LoanState) -> UUID:
    """Return the recall that is meant where none is named; refuse where that is not one."""
    if sum(found.is_open for found in state.recalls) > 1:
        raise Malformed(
            "/recall_id",
            "required",
            "có nhiều yêu cầu thu hồi, hãy nêu rõ / several recalls are open, name one",
        )
    return _first_open(state.recalls).recall_id


def _first_open(recalls: Iterable[Recall]) -> Recall:
    for found in recalls:
        if found.is_open:
            return found
    raise PartNotOpen(what="yêu cầu thu hồi còn mở / open recall")
