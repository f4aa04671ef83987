"""What every step on a loan asks first: is it there, is it open, does the money stay right."""

from datetime import date

from services.loans.errors import AlreadyClosed, NotFound, NotOpen, OverRepayment, OverReversal
from services.loans.events import LoanApplied
from services.loans.state import LoanState
from shared.decider import Malformed, bilingual
from shared.policy.outstanding import Entry, lowest_from, outstanding_on, settled_on


def open_on(state: LoanState, day: date) -> LoanApplied:
    """Give the application of a loan that a step of `day` may still be taken on.

    None may after a rejection or a withdrawal. After full settlement a step dated before it may
    still be recorded late.
    """
    if state.applied is None:
        raise NotFound
    life = state.life
    if life.rejected_on is not None:
        raise AlreadyClosed(why="từ chối / rejected", since=life.rejected_on)
    if life.withdrawn_on is not None:
        raise AlreadyClosed(why="rút đơn / withdrawn", since=life.withdrawn_on)
    settled = settled_on(life.ledger)
    if settled is not None and settled <= day:
        raise AlreadyClosed(why="tất toán / settled", since=settled)
    return state.applied


def owing_on(state: LoanState, day: date) -> LoanApplied:
    """Give the application of a loan on which something is owed on a day; else NotOpen."""
    applied = open_on(state, day)
    if outstanding_on(state.life.ledger, day) <= 0:
        raise NotOpen(what_vi="dư nợ", what_en="debt")
    return applied


def keeps_debt(state: LoanState, entry: Entry) -> None:
    """Refuse money that would make what is owed negative on any date from its own on."""
    if lowest_from((*state.life.ledger, entry), entry.day) >= 0:
        return
    limit = max(0, lowest_from(state.life.ledger, entry.day))
    if entry.flow == "reversed":
        raise OverReversal(asked=entry.amount, limit=limit)
    raise OverRepayment(asked=entry.amount, limit=limit)


def in_order(first: date, second: date, pointer: str, vi: str, en: str) -> None:
    """Refuse a second date before the first: 422 `out-of-order` at its field."""
    if second < first:
        said = bilingual(
            "không được trước {of_vi} {day}",
            "not before {of_en} on {day}",
            of_vi=vi,
            of_en=en,
            day=first,
        )
        raise Malformed(pointer, "out-of-order", said)
