"""What the rules about one household could judge in a year, and what not, and why. Pure.

Only rules that may have too little to judge by are counted; of all others whatever is there is
judged.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from services.loans.events import LoanApplied, LoanDisbursed
from services.reporting.annual import Covered
from services.reporting.decisions import reviewed
from services.reporting.dossier import Case, Dossier
from services.reporting.rules import (
    bunching,
    over_ceiling,
    score_contradiction,
    wrong_beneficiary,
)
from services.reporting.rules.wrong_beneficiary import reference
from services.reporting.status import status_and_ground
from shared.policy.programmes import BY_CODE, Programme
from shared.policy.standards import classify

WHY = {
    "no-threshold": (
        "Chuẩn nghèo chưa có ngưỡng điểm",
        "No points are on file for the poverty standard",
    ),
    "before-programme": (
        "Trước ngày đầu tiên của bảng mức vay",
        "Before the first row of the programme's table",
    ),
    "status-unknown": ("Chưa rõ hộ thuộc diện nào", "The household's status is not known"),
    "too-few": ("Quá ít phiếu rà soát", "Too few reviews"),
    "nobody-to-compare": ("Không có ai để so sánh", "There are no others to compare with"),
}
"""Why something is not judged: Vietnamese, English."""

HOUSEHOLD_CODES = (score_contradiction.CODE, wrong_beneficiary.CODE, over_ceiling.CODE)


class Looked(NamedTuple):
    """One thing that a rule looked at; `why` says why it did not judge it."""

    code: str
    year: int
    why: str | None


def looked_at(dossier: Dossier) -> Iterator[Looked]:
    """Give what there was to judge of one household."""
    for said, review in reviewed(dossier):
        scored = review.event
        outcome = classify(scored.b1, scored.b2, scored.area_type, said.event.effective_from)
        why = "no-threshold" if outcome is None else None
        yield Looked(score_contradiction.CODE, said.on.year, why)
    for loan in dossier.loans:
        applied = loan.of(LoanApplied)
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


def summed(looked: Iterable[Looked], code: str, year: int) -> dict[str, Any]:
    """Count what a rule judged of a year and what not, by the reason."""
    found = Counter(each.why for each in looked if (each.code, each.year) == (code, year))
    judged = found.pop(None, 0)
    return _document(code, year, judged, {str(why): count for why, count in found.items()})


def summed_annual(covered: Iterable[Covered], code: str, year: int) -> dict[str, Any]:
    """Count the communes or reviewers that a rule about the year judged, and the others."""
    own = [each for each in covered if each.code == code]
    why = Counter(why_not(each) for each in own if not each.judged)
    return _document(code, year, sum(each.judged for each in own), dict(why))


def why_not(covered: Covered) -> str:
    """Say why a commune or a reviewer was not judged."""
    least = ANNUAL_LEAST[covered.code]
    return "too-few" if covered.counted < least else "nobody-to-compare"


ANNUAL_LEAST = {bunching.CODE: 20, "LENIENT_REVIEWER": 30}


def _document(code: str, year: int, judged: int, why: dict[str, int]) -> dict[str, Any]:
    reasons = [
        {"code": reason, "count": why[reason], "vi": WHY[reason][0], "en": WHY[reason][1]}
        for reason in sorted(why)
    ]
    return {
        "code": code,
        "year": year,
        "judged": judged,
        "not_judged": sum(why.values()),
        "why": reasons,
    }
