"""Stalled: somebody objected to the result of a review and it was not verified again."""

from collections.abc import Iterator

from services.households.events import ComplaintFiled, HouseholdClosed, ResultReverified
from services.reporting.domain.clocks import Clocks
from services.reporting.domain.dossier import Dossier
from services.reporting.domain.intervals import About, Interval, Kind, Severity, Subject
from services.reporting.domain.rule import Rule
from services.reporting.domain.rulebook import Rulebook
from services.reporting.domain.waits import Wait, first_of, waiting
from shared.calendar import is_working_day
from shared.ids import text_of

CODE = "COMPLAINT_WAITING"


def check(dossier: Dossier, book: Rulebook, clocks: Clocks) -> Iterator[Interval]:
    """Open until that review is verified again, on the day of the complaint or later."""
    household = dossier.household
    for complaint in household.of(ComplaintFiled):
        verified = [
            fact.on
            for fact in household.of(ResultReverified)
            if fact.event.review_id == complaint.event.review_id and complaint.on <= fact.on
        ]
        wait = Wait(
            code=CODE,
            about=About(
                subject=Subject("complaint", (text_of(complaint.event.complaint_id),)),
                household_id=dossier.household_id,
            ),
            by=complaint,
            since=complaint.on,
            days=book[CODE]["working_days"],
            counts=is_working_day,
            ends=first_of(verified, household.days(HouseholdClosed)),
            severity=Severity.MEDIUM,
            details={"filed_on": complaint.on.isoformat()},
        )
        yield from waiting(wait, clocks)


RULE = Rule(
    code=CODE,
    version=1,
    kind=Kind.STALLED,
    legal_basis="QĐ 24/2021/QĐ-TTg",
    title_vi="Khiếu nại chưa được phúc tra",
    title_en="Complaint without re-verification",
    reason_vi="Khiếu nại ngày {filed_on} về kết quả rà soát, chưa phúc tra.",
    reason_en="Complaint of {filed_on} about the review; not verified again since.",
    limit_vi="Phải phúc tra trong {working_days} ngày làm việc.",
    limit_en="It must be verified again within {working_days} working days.",
    runbook_vi="Phúc tra, ghi nhận điểm, niêm yết lại và trả lời người khiếu nại.",
    runbook_en="Verify again, record the scores, post them anew and answer the complaint.",
    needs=(ComplaintFiled,),
    check=check,
)
