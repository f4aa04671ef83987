"""A household's loans side by side, as the facts up to a moment show them. Pure."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from services.loans.events import LoanApplied
from services.reporting.dossier import Case
from services.reporting.facts import Fact
from services.reporting.money import MOVES


def money_facts(loans: Iterable[Case]) -> list[Fact[Any]]:
    """Give what was asked for, paid out and paid back on some loans, in fact order."""
    facts = [fact for loan in loans for kind in (LoanApplied, *MOVES) for fact in loan.of(kind)]
    return sorted(facts, key=lambda fact: fact.order)


def asked_for(facts: Sequence[Fact[Any]]) -> list[tuple[LoanApplied, Case]]:
    """Give the loans that these facts, in fact order, are about, with what was asked for."""
    cases: dict[UUID, Case] = {}
    for fact in facts:
        loan_id: UUID = fact.event.loan_id
        cases.setdefault(loan_id, Case(loan_id)).add(fact)
    found = ((case.of(LoanApplied), case) for _, case in sorted(cases.items()))
    return [(applied[-1].event, case) for applied, case in found if applied]
