"""Whether a loan is overdue or frozen on a day, from its facts. Pure."""

from datetime import date

from services.loans.events import (
    LoanBecameCurrent,
    LoanBecameOverdue,
    LoanExtended,
    LoanFrozen,
)
from services.reporting.domain.dossier import Case
from services.reporting.domain.facts import Fact, until
from services.reporting.domain.money import outstanding


def frozen_on(loan: Case, day: date) -> bool:
    """Tell whether the debt rests on a day; the first and the last day are included."""
    return any(fact.on <= day <= fact.event.until for fact in loan.of(LoanFrozen))


def overdue_on(loan: Case, day: date) -> Fact[LoanBecameOverdue] | None:
    """Give the fact that made the loan overdue, while it is so."""
    became = until(loan.of(LoanBecameOverdue), day)
    if not became or outstanding(loan, day) <= 0:
        return None
    last = became[-1]
    current = any(fact.on <= day and fact.order > last.order for fact in loan.of(LoanBecameCurrent))
    eased = any(last.on <= when <= day for when in loan.days(LoanExtended, LoanFrozen))
    return None if current or eased else last
