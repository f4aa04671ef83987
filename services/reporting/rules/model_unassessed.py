"""Stalled: a household takes part in a production model and nobody has seen what it brought."""

from collections.abc import Iterator

from services.households.events import HouseholdClosed
from services.reporting.domain.clocks import Clocks
from services.reporting.domain.dossier import Dossier
from services.reporting.domain.intervals import About, Interval, Kind, Severity, Subject
from services.reporting.domain.rule import Rule
from services.reporting.domain.rulebook import Rulebook
from services.reporting.domain.waits import Wait, first_of, waiting
from services.sponsorship.events import HouseholdEnrolled, OutcomeAssessed
from shared.ids import text_of

CODE = "MODEL_UNASSESSED"


def check(dossier: Dossier, book: Rulebook, clocks: Clocks) -> Iterator[Interval]:
    """Open until an outcome in that model is dated on the day of the enrolment or later."""
    household = dossier.household
    for enrolled in household.of(HouseholdEnrolled):
        model = enrolled.event.model_id
        outcomes = household.days_of(OutcomeAssessed, model_id=model)
        wait = Wait(
            code=CODE,
            about=About(
                subject=Subject("enrolment", (str(model), text_of(dossier.household_id))),
                household_id=dossier.household_id,
            ),
            by=enrolled,
            since=enrolled.on,
            days=book[CODE]["days"],
            ends=first_of(
                (day for day in outcomes if enrolled.on <= day), household.days(HouseholdClosed)
            ),
            severity=Severity.LOW,
            details={"enrolled_on": enrolled.on.isoformat()},
        )
        yield from waiting(wait, clocks)


RULE = Rule(
    code=CODE,
    version=1,
    kind=Kind.STALLED,
    legal_basis="Chương trình mục tiêu quốc gia giảm nghèo bền vững",
    title_vi="Mô hình sản xuất chưa đánh giá kết quả",
    title_en="Model outcome not assessed",
    reason_vi="Hộ tham gia mô hình từ {enrolled_on}, chưa đánh giá kết quả.",
    reason_en="The household joined the model on {enrolled_on}; no outcome was assessed since.",
    limit_vi="Phải đánh giá trong {days} ngày sau khi tham gia.",
    limit_en="The outcome must be assessed within {days} days of joining.",
    runbook_vi="Đến hộ đánh giá kết quả, thu nhập trước và sau, rồi ghi nhận.",
    runbook_en="Assess the result and the income before and after with the household.",
    needs=(HouseholdEnrolled,),
    check=check,
)
