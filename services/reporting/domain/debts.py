"""Whether a loan is overdue or frozen on a day, from its facts. Pure."""

from datetime import date
from typing import Any, Literal

from services.loans.events import (
    LoanBecameCurrent,
    LoanBecameOverdue,
    LoanExtended,
    LoanFrozen,
)
from services.reporting.domain.dossier import Case
from services.reporting.domain.facts import Fact
from services.reporting.domain.money import outstanding
from shared.policy.arrears import ArrearsChange, unended

_TO: dict[type[Any], Literal["overdue", "current"]] = {
    LoanBecameOverdue: "overdue",
    LoanBecameCurrent: "current",
}


def frozen_on(loan: Case, day: date) -> bool:
    """Tell whether the debt rests on a day; the first and the last day are included."""
    return any(fact.on <= day <= fact.event.until for fact in loan.of(LoanFrozen))


def overdue_on(loan: Case, day: date) -> Fact[LoanBecameOverdue] | None:
    """Return the latest fact that made the loan overdue, while it is so."""
    if not loan.of(LoanBecameOverdue) or outstanding(loan, day) <= 0:
        return None
    facts: list[Fact[Any]] = [*loan.of(LoanBecameOverdue), *loan.of(LoanBecameCurrent)]
    facts.sort(key=lambda fact: fact.order)
    changes = [ArrearsChange(fact.on, _TO[type(fact.event)]) for fact in facts]
    eased = [*loan.days(LoanExtended, LoanFrozen), *loan.ledger.settled()]
    found = unended(changes, eased, day)
    return facts[found[-1]] if found else None
