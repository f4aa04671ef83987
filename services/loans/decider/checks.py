"""What steps on a loan ask in common: is it there, is it open, does the money stay right."""

from datetime import date

from services.loans.errors import (
    LoanAlreadyClosed,
    LoanNotFound,
    OverRepayment,
    OverReversal,
    PartNotOpen,
)
from services.loans.events import LoanApplied, LoanEvent
from services.loans.state import LoanState
from shared.event import occurred_on
from shared.policy.outstanding import Entry, lowest_from, outstanding_on, settled_on
from shared.recorded import Actor


def on_the_books(state: LoanState, fact: LoanEvent, _: Actor) -> None:
    """Refuse what is not about a loan that is there and open on that day, but its application."""
    if not isinstance(fact, LoanApplied):
        open_on(state, occurred_on(fact))


def open_on(state: LoanState, day: date) -> None:
    """Refuse a step of a day on a loan that is not there, or is over by then.

    It is after a rejection or a withdrawal. After full settlement a step dated before it may
    still be recorded late.
    """
    if state.applied is None:
        raise LoanNotFound
    life = state.life
    if life.rejected_on is not None:
        raise LoanAlreadyClosed(why="từ chối / rejected", since=life.rejected_on)
    if life.withdrawn_on is not None:
        raise LoanAlreadyClosed(why="rút đơn / withdrawn", since=life.withdrawn_on)
    settled = settled_on(life.ledger)
    if settled is not None and settled <= day:
        raise LoanAlreadyClosed(why="tất toán / settled", since=settled)


def owing_on(state: LoanState, day: date) -> None:
    """Refuse a step of a day on which nothing is owed: PartNotOpen."""
    if outstanding_on(state.life.ledger, day) <= 0:
        raise PartNotOpen(what="dư nợ / debt")


def keeps_debt(state: LoanState, entry: Entry) -> None:
    """Refuse money that would make what is owed negative on any date from its own on."""
    if lowest_from((*state.life.ledger, entry), entry.day) >= 0:
        return
    limit = max(0, lowest_from(state.life.ledger, entry.day))
    if entry.flow == "reversed":
        raise OverReversal(asked=entry.amount, limit=limit)
    raise OverRepayment(asked=entry.amount, limit=limit)
