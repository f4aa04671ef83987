"""A household's loans side by side, as the facts up to a moment show them. Pure."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from services.loans.events import (
    DisbursementReversed,
    LoanApplied,
    LoanDisbursed,
    RecallOrdered,
    RepaymentRecorded,
)
from services.reporting.domain.dossier import Case
from services.reporting.domain.facts import Fact
from services.reporting.domain.money import MOVES

_MONEY = frozenset((LoanApplied, *MOVES))


def money_facts(facts: Iterable[Fact[Any]], loans: Iterable[Case]) -> list[Fact[Any]]:
    """Give what was asked for, paid out and paid back on some loans, in the order of the facts."""
    which = {loan.id.int for loan in loans}
    moved = [fact for fact in facts if type(fact.event) in _MONEY]
    return [fact for fact in moved if fact.event.loan_id.int in which]


def asked_for(facts: Sequence[Fact[Any]]) -> list[tuple[LoanApplied, Case]]:
    """Give the loans that these facts, in fact order, are about, with what was asked for."""
    cases: dict[UUID, Case] = {}
    for fact in facts:
        loan_id: UUID = fact.event.loan_id
        cases.setdefault(loan_id, Case(loan_id)).add(fact)
    found = ((case.of(LoanApplied), case) for _, case in sorted(cases.items()))
    return [(applied[-1].event, case) for applied, case in found if applied]


def recovered_on(loan: Case | None) -> tuple[date, ...]:
    """Give the days on which money of a loan was called back or a payment reversed, sorted."""
    days = loan.days(RecallOrdered, DisbursementReversed) if loan is not None else []
    return tuple(sorted(days))


class Holdings:
    """What some loans together owe, fact after fact; a loan counts once it was asked for."""

    def __init__(self) -> None:
        self.owed = 0
        # by number: ids are slow to hash
        self._asked: set[int] = set()
        self._by_loan: dict[int, int] = {}
        self._reversed: set[tuple[UUID, UUID]] = set()
        self._paid: list[Fact[LoanDisbursed]] = []

    def add(self, fact: Fact[Any]) -> None:
        """Take in the next fact, in fact order."""
        event = fact.event
        loan = event.loan_id.int
        if isinstance(event, RepaymentRecorded):
            change = -event.principal
        elif isinstance(event, LoanApplied):
            if loan not in self._asked:
                self._asked.add(loan)
                self.owed += self._by_loan.get(loan, 0)
            return
        else:
            change = self._change(fact)
        self._by_loan[loan] = self._by_loan.get(loan, 0) + change
        if loan in self._asked:
            self.owed += change

    def last_paid(self) -> Fact[LoanDisbursed] | None:
        """Give the latest disbursement of a loan asked for that is not reversed."""
        for paid in reversed(self._paid):
            event = paid.event
            if event.loan_id.int in self._asked and not self._is_reversed(event):
                return paid
        return None

    def _is_reversed(self, event: LoanDisbursed) -> bool:
        # most households never have anything reversed
        return bool(self._reversed) and (event.loan_id, event.disbursement_id) in self._reversed

    def _change(self, fact: Fact[Any]) -> int:
        event = fact.event
        if isinstance(event, LoanDisbursed):
            self._paid.append(fact)
            return 0 if self._is_reversed(event) else event.amount
        if isinstance(event, DisbursementReversed):
            which = (event.loan_id, event.disbursement_id)
            if which in self._reversed:
                return 0
            self._reversed.add(which)
            made = (paid.event for paid in self._paid)
            return -sum(e.amount for e in made if (e.loan_id, e.disbursement_id) == which)
        return -int(event.amount)
