"""Findings about one disbursement: its checks, its reversal, and how long they last. Pure."""

from collections.abc import Iterable, Sequence
from datetime import date
from operator import attrgetter
from typing import Any
from uuid import UUID

from services.loans.events import DisbursementReversed, LoanDisbursed, LoanUseInspected
from services.reporting.domain.dossier import Case, Dossier
from services.reporting.domain.facts import Fact, ids
from services.reporting.domain.intervals import (
    About,
    Detail,
    Interval,
    Run,
    Severity,
    Step,
    Subject,
)
from shared.ids import text_of


def about_payment(dossier: Dossier, loan: Case, disbursement: UUID) -> About:
    """Name a disbursement as the subject of a finding."""
    return About(
        subject=Subject("disbursement", (text_of(disbursement),)),
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
) -> Sequence[Interval]:
    """Give the finding that what is needed opens and only the reversal of the money clears."""
    last = needed[0] if len(needed) == 1 else max(needed, key=_order)
    if back is not None and back <= last.on:
        return []
    shown = needed if evidence is None else list(evidence)
    if len(shown) > 1:
        shown = list({fact.id: fact for fact in shown}.values())
    step = Step(last.on, severity, ids(shown), details)
    run = Run(text_of((anchor or last).id), last.on, back, (step,))
    return [Interval(code=code, about=about, run=run)]


_order = attrgetter("order")
