"""Stalled: a review was scored and nobody decided what the household is."""

from collections.abc import Iterator

from services.households.events import HouseholdClassified, HouseholdClosed, ReviewScored
from services.reporting.clocks import Clocks
from services.reporting.dossier import Dossier
from services.reporting.intervals import About, Interval, Kind, Severity, Subject
from services.reporting.rule import Rule
from services.reporting.rulebook import Rulebook
from services.reporting.waits import Wait, first_of, waiting
from shared.ids import text_of

CODE = "REVIEW_STUCK"


def check(dossier: Dossier, book: Rulebook, clocks: Clocks) -> Iterator[Interval]:
    """Open until a classification refers to the review or to a later one."""
    household = dossier.household
    reviews = household.of(ReviewScored)
    for number, review in enumerate(reviews):
        known = {each.event.review_id: each.on for each in reviews[number:]}
        decided = [
            max(fact.on, known[fact.event.review_id])
            for fact in household.of(HouseholdClassified)
            if fact.event.review_id in known
        ]
        wait = Wait(
            code=CODE,
            about=About(
                subject=Subject("review", (text_of(review.event.review_id),)),
                household_id=dossier.household_id,
            ),
            by=review,
            since=review.on,
            days=book[CODE]["days"],
            ends=first_of(decided, household.days(HouseholdClosed)),
            levels=((0, Severity.MEDIUM),),
            details={"scored_on": review.on.isoformat()},
        )
        yield from waiting(wait, clocks)


RULE = Rule(
    code=CODE,
    version=1,
    kind=Kind.STALLED,
    legal_basis="QĐ 24/2021/QĐ-TTg",
    title_vi="Rà soát xong chưa có quyết định",
    title_en="Review without a decision",
    reason_vi="Chấm điểm ngày {scored_on}, chưa có quyết định công nhận theo lần rà soát này.",
    reason_en="Scored on {scored_on}; no classification refers to this review since.",
    runbook_vi="Họp dân, niêm yết rồi ra quyết định; kết quả không đổi cũng ghi bằng quyết định.",
    runbook_en="Hold the meeting, post it and decide; an unchanged result is a decision too.",
    needs=(ReviewScored,),
    check=check,
)
