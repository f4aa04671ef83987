"""Stalled: a review was scored and nobody decided what the household is."""

from collections.abc import Iterator, Sequence
from datetime import date

from services.households.events import HouseholdClassified, HouseholdClosed, ReviewScored
from services.reporting.domain.clocks import Clocks
from services.reporting.domain.dossier import Case, Dossier
from services.reporting.domain.facts import Fact
from services.reporting.domain.intervals import About, Interval, Kind, Severity, Subject
from services.reporting.domain.rule import Rule
from services.reporting.domain.rulebook import Rulebook
from services.reporting.domain.waits import Wait, waiting, was_in_time
from shared.ids import text_of

CODE = "REVIEW_STUCK"


def check(dossier: Dossier, book: Rulebook, clocks: Clocks) -> Iterator[Interval]:
    """Open until a classification refers to the review or to a later one."""
    reviews, days = dossier.household.of(ReviewScored), book[CODE]["days"]
    for review, ends in zip(reviews, _ends(dossier.household, reviews), strict=True):
        if was_in_time(review, review.on, days, ends):
            continue
        wait = Wait(
            code=CODE,
            about=About(
                subject=Subject("review", (text_of(review.event.review_id),)),
                household_id=dossier.household_id,
            ),
            by=review,
            since=review.on,
            days=days,
            ends=ends,
            severity=Severity.MEDIUM,
            details={"scored_on": review.on.isoformat()},
        )
        yield from waiting(wait, clocks)


def _ends(household: Case, reviews: Sequence[Fact[ReviewScored]]) -> list[date | None]:
    """Give of each review the first day on which it or a later one was decided upon."""
    named: dict[int, date] = {}
    for said in household.of(HouseholdClassified):
        if said.event.review_id is not None:
            named.setdefault(said.event.review_id.int, said.on)
    ends: list[date | None] = []
    end = household.first_day(HouseholdClosed)
    for review in reversed(reviews):
        # of a review scored twice the last one counts: the first that is met from behind
        decided = named.pop(review.event.review_id.int, None)
        if decided is not None:
            decided = max(decided, review.on)
            end = decided if end is None else min(end, decided)
        ends.append(end)
    ends.reverse()
    return ends


RULE = Rule(
    code=CODE,
    version=1,
    kind=Kind.STALLED,
    legal_basis="QĐ 24/2021/QĐ-TTg",
    title_vi="Rà soát xong chưa có quyết định",
    title_en="Review without a decision",
    reason_vi="Chấm điểm ngày {scored_on}, chưa có quyết định công nhận theo lần rà soát này.",
    reason_en="Scored on {scored_on}; no classification refers to this review since.",
    limit_vi="Phải có quyết định trong {days} ngày sau khi chấm điểm.",
    limit_en="It must be decided within {days} days of the scoring.",
    runbook_vi="Họp dân, niêm yết rồi ra quyết định; kết quả không đổi cũng ghi bằng quyết định.",
    runbook_en="Hold the meeting, post it and decide; an unchanged result is a decision too.",
    needs=(ReviewScored,),
    check=check,
)
