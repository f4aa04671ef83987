"""Where a loan's money stands on a day, from its facts."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from services.loans.events import (
    DisbursementReversed,
    LoanDisbursed,
    LoanWrittenOff,
    RecallCollected,
    RepaymentRecorded,
)
from services.reporting.domain.dossier import Case
from services.reporting.domain.facts import Fact

MOVES = (LoanDisbursed, DisbursementReversed, RepaymentRecorded, RecallCollected, LoanWrittenOff)
"""The facts that change what is outstanding."""


def standing(loan: Case, day: date) -> list[Fact[LoanDisbursed]]:
    """Give the disbursements made by a day and not reversed by then, in fact order."""
    return loan.ledger.standing(day)


def outstanding(loan: Case, day: date) -> int:
    """Give disbursed − reversed − principal repaid − collected − written off by a day's end."""
    return loan.ledger.outstanding(day)


def moves(loan: Case, day: date) -> Iterator[Fact[Any]]:
    """Give the facts that made what is outstanding on a day."""
    return (fact for kind in MOVES for fact in loan.of(kind) if fact.on <= day)
