"""What the rules about one household could judge in a year, and what not, and why. Pure.

Only rules that may have too little to judge by are counted; of all others whatever is there is
judged.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from services.reporting.domain.annual import Covered
from services.reporting.figures.record import Looked
from services.reporting.rules import bunching

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


def summed(looked: Mapping[Looked, int], code: str, year: int) -> dict[str, Any]:
    """Tell what a rule judged of a year and what not, by the reason, of all that was counted."""
    own = {
        each.why: many for each, many in looked.items() if (each.code, each.year) == (code, year)
    }
    judged = own.pop(None, 0)
    return _document(code, year, judged, {str(why): many for why, many in own.items()})


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
