"""The figures of a household told slowly: of one day, from its facts up to that day alone."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from services.households.events import ExitTargetSet, PlanItemAgreed
from services.loans.events import (
    LoanApplied,
    LoanApproved,
    LoanDisbursed,
    LoanUseInspected,
    LoanWithdrawn,
    LoanWrittenOff,
    RecallCollected,
    RepaymentRecorded,
)
from services.reporting.domain.assignments import is_active
from services.reporting.domain.classifications import reviewed
from services.reporting.domain.dossier import Case, Dossier
from services.reporting.domain.money import standing
from services.reporting.domain.status import closed_by, status_and_ground
from services.reporting.domain.targets import standing_target
from services.reporting.figures.record import BUCKETS, Looked, Standing, Target
from services.reporting.rules import over_ceiling, score_contradiction, wrong_beneficiary
from services.reporting.rules.wrong_beneficiary import reference
from services.sponsorship.events import VisitRecorded
from shared.policy.programmes import BY_CODE, Programme
from shared.policy.standards import classify


def status_on(dossier: Dossier, day: date) -> str | None:
    """Give the status of a household on a day; None where it is closed by then."""
    if closed_by(dossier, day):
        return None
    found = status_and_ground(dossier.household, day, day)
    return found[0] if found else "unknown"


def slow_buckets(loan: Case, day: date) -> dict[str, int]:
    """Put every đồng approved or paid out on a loan into exactly one bucket."""
    paid = standing(loan, day)
    lent = sum(fact.event.amount for fact in paid)
    approved = [fact.event.amount for fact in loan.of(LoanApproved) if fact.on <= day]
    withdrawn = any(on <= day for on in loan.days(LoanWithdrawn))
    repaid = sum(f.event.principal for f in loan.of(RepaymentRecorded) if f.on <= day)
    recalled = sum(f.event.amount for f in loan.of(RecallCollected) if f.on <= day)
    written_off = sum(f.event.amount for f in loan.of(LoanWrittenOff) if f.on <= day)
    right, wrong = 0, 0
    for fact in paid:
        checks = [
            check.event
            for check in loan.of(LoanUseInspected)
            if check.on <= day and check.event.disbursement_id == fact.event.disbursement_id
        ]
        if checks:
            right += checks[-1].right_purpose_amount
            wrong += checks[-1].wrong_purpose_amount
    owed = lent - repaid - recalled - written_off
    off_purpose = max(0, min(owed, wrong))
    on_purpose = max(0, min(owed - off_purpose, right))
    return {
        "undisbursed": 0 if withdrawn else max(0, max(approved, default=0) - lent),
        "unevidenced": owed - off_purpose - on_purpose,
        "on_purpose": on_purpose,
        "off_purpose": off_purpose,
        "repaid": repaid,
        "recalled": recalled,
        "written_off": written_off,
    }


def standing_on(dossier: Dossier, day: date) -> Standing:
    """Give what a household adds to the overview of a day at which its facts are cut."""
    money = [slow_buckets(loan, day) for loan in dossier.loans]
    a, b, c, d, e, f, g = (sum(each[name] for each in money) for name in BUCKETS)
    return Standing(
        status_on(dossier, day),
        any(is_active(each, day) for each in dossier.assignments),
        any(on <= day for on in dossier.household.days(PlanItemAgreed)),
        sum(
            on <= day and on.year == day.year
            for each in dossier.assignments
            for on in each.days(VisitRecorded)
        ),
        sum(bool(standing(loan, day)) for loan in dossier.loans),
        (a, b, c, d, e, f, g),
    )


def target_on(dossier: Dossier, year: int, day: date) -> Target | None:
    """Give a household's target of a year with what came of it by a day."""
    household = dossier.household
    target = standing_target(household, year, day)
    if target is None or not household.of(ExitTargetSet):
        return None
    judged_on = date(year + 1, 1, 1)
    status = status_on(dossier, min(day, judged_on))
    missed = ("poor",) if target.event.to == "near_poor" else ("poor", "near_poor")
    result = "pending" if day < judged_on else ("missed" if status in missed else "reached")
    sponsored = any(is_active(each, day) for each in dossier.assignments)
    return Target(target.event.to, target.on, status, sponsored, result)


def looked_at(dossier: Dossier) -> Iterator[Looked]:
    """Give what there was to judge of one household, as its facts are cut."""
    for said, review in reviewed(dossier):
        scored = review.event
        outcome = classify(scored.b1, scored.b2, scored.area_type, said.event.effective_from)
        why = "no-threshold" if outcome is None else None
        yield Looked(score_contradiction.CODE, said.on.year, why)
    for loan in dossier.loans:
        applied: Any = loan.of(LoanApplied)
        programme = BY_CODE.get(applied[-1].event.programme) if applied else None
        if programme is not None:
            yield from _of_loan(dossier, loan, programme)


def _of_loan(dossier: Dossier, loan: Case, programme: Programme) -> Iterator[Looked]:
    paid = loan.of(LoanDisbursed)
    if any(row.amount is not None for row in programme.ceilings):
        for fact in paid:
            why = "before-programme" if programme.ceiling_on(fact.on) is None else None
            yield Looked(over_ceiling.CODE, fact.on.year, why)
    if programme.eligible is not None and paid:
        deciding = reference(loan, paid[0])
        known = status_and_ground(dossier.household, deciding.on, paid[0].on)
        why = "status-unknown" if known is None else None
        if programme.ceiling_on(deciding.on) is None:
            why = "before-programme"
        yield Looked(wrong_beneficiary.CODE, paid[0].on.year, why)
