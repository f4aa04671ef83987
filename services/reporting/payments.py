"""Findings about one disbursement: its checks, its reversal, and how long they last. Pure."""

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from services.loans.events import DisbursementReversed, LoanDisbursed, LoanUseInspected
from services.reporting.dossier import Case, Dossier
from services.reporting.facts import Fact, ids
from services.reporting.intervals import About, Detail, Interval, Run, Severity, Step, Subject


def about_payment(dossier: Dossier, loan: Case, disbursement: UUID) -> About:
    """Name a disbursement as the subject of a finding."""
    return About(
        subject=Subject("disbursement", (str(disbursement),)),
        household_id=dossier.household_id,
        loan_id=loan.id,
    )


def reversed_on(loan: Case, disbursement: UUID) -> date | None:
    """Give the day from which a disbursement counts as never made."""
    all_back = loan.of(DisbursementReversed)
    if not all_back:
        return None
    back = [fact.on for fact in all_back if fact.event.disbursement_id == disbursement]
    return min(back, default=None)


def deciding_check(
    loan: Case, paid: Fact[LoanDisbursed], day: date
) -> Fact[LoanUseInspected] | None:
    """Give the latest check of a disbursement by a day; None where it is not made, or reversed."""
    back = reversed_on(loan, paid.event.disbursement_id)
    if paid.on > day or (back is not None and back <= day):
        return None
    checks = [
        fact
        for fact in loan.of(LoanUseInspected)
        if fact.on <= day and fact.event.disbursement_id == paid.event.disbursement_id
    ]
    return checks[-1] if checks else None


def until_reversed(
    code: str,
    about: About,
    back: date | None,
    needed: list[Fact[Any]],
    *,
    severity: Severity,
    details: dict[str, Detail],
    evidence: Iterable[Fact[Any]] | None = None,
    anchor: Fact[Any] | None = None,
) -> Iterable[Interval]:
    """Give the finding that what is needed opens and only the reversal of the money clears."""
    last = max(needed, key=lambda fact: fact.order)
    if back is not None and back <= last.on:
        return
    shown = {fact.id: fact for fact in (needed if evidence is None else evidence)}
    step = Step(last.on, severity, ids(shown.values()), details)
    run = Run(str((anchor or last).id), last.on, back, (step,))
    yield Interval(code=code, about=about, run=run)
