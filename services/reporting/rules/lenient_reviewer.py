"""Integrity: one reviewer's households turn out poor far more often than the commune's others."""

from collections.abc import Iterator, Mapping
from typing import Literal, NamedTuple
from uuid import UUID

from services.reporting.domain.annual import (
    RESULTS,
    Counts,
    Covered,
    Judged,
    Opened,
    Read,
    Reviewed,
    Suspicion,
    Tally,
    place_of,
    results,
    suspected,
)
from services.reporting.domain.intervals import (
    About,
    Detail,
    Interval,
    Kind,
    Run,
    Severity,
    Step,
    Subject,
)
from services.reporting.domain.proportions import more_often
from services.reporting.domain.rule import AnnualRule
from services.reporting.domain.rulebook import Rulebook
from shared.areas import Commune

CODE = "LENIENT_REVIEWER"
SUBJECT: Literal["reviewer_year"] = "reviewer_year"


class Who(NamedTuple):
    """A reviewer in a commune; None: all of them together."""

    commune: Commune
    reviewer: str | None


def check(year: int, read: Read, book: Rulebook) -> Judged:
    """Open where chance would hardly make such a difference; only corrections end it."""
    limits = book[CODE]
    tally = Tally[Who](year)
    for review in read():
        tally.add(review, _counted_for(review))

    found, last, judged = standing_out(tally, limits)
    counted: dict[Who, list[Reviewed]] = {who: [] for who in found}
    for review in read() if found else ():
        for who in _counted_for(review):
            if who in found and review.counts_on(found[who].on):
                counted[who].append(review)
    intervals = [
        _interval(year, who, found[who], counted[who]) for who in sorted(found, key=_place)
    ]
    covered = [
        Covered(
            code=CODE,
            commune=who.commune,
            reviewer=who.reviewer,
            counted=last[who].whole,
            judged=who in judged,
        )
        for who in sorted(last, key=_place)
        if who.reviewer is not None
    ]
    return Judged(intervals, covered)


def standing_out(tally: Tally[Who], limits: Mapping[str, int]) -> Suspicion[Who]:
    """Give the reviewers whom chance would hardly set apart so far from the commune's others."""

    def chance(who: Who, counts: Mapping[Who, Counts]) -> float | None:
        own, others = counts[who], _others(who, counts)
        if who.reviewer is None or own.whole < limits["reviews"] or others.whole <= 0:
            return None
        return more_often(own.hits, own.whole, others.hits, others.whole)

    def details(who: Who, counts: Mapping[Who, Counts]) -> dict[str, Detail]:
        own, others = counts[who], _others(who, counts)
        return {
            **place_of(who.commune, tally.first.year),
            "poor": own.hits,
            "reviews": own.whole,
            "others_poor": others.hits,
            "others": others.whole,
        }

    return suspected(tally, chance, limits, details)


def _counted_for(review: Reviewed) -> Iterator[Who]:
    yield Who(review.commune, None)
    for reviewer in review.reviewers:
        yield Who(review.commune, reviewer)


def _others(who: Who, counts: Mapping[Who, Counts]) -> Counts:
    """Give the counts of the commune's reviews that the reviewer had no part in."""
    own, every = counts[who], counts.get(Who(who.commune, None), Counts())
    return Counts(every.whole - own.whole, every.hits - own.hits)


def _place(who: Who) -> tuple[Commune, str]:
    return (who.commune, who.reviewer or "")


def _interval(year: int, who: Who, opened: Opened, reviews: list[Reviewed]) -> Interval:
    evidence: dict[UUID, None] = {}
    for review in sorted(reviews, key=lambda each: each.order):
        for event in (review.review, review.event_id):
            if event is not None:
                evidence[event] = None
    step = Step(opened.on, Severity.MEDIUM, tuple(evidence), opened.details)
    ids = (str(who.reviewer), who.commune.code, str(year))
    about = About(subject=Subject(SUBJECT, ids), year=year)
    return Interval(code=CODE, about=about, run=Run(str(year), opened.on, None, (step,)))


RULE = AnnualRule(
    code=CODE,
    version=1,
    kind=Kind.INTEGRITY,
    legal_basis="NĐ 07/2021/NĐ-CP; TT 07/2021/TT-BLĐTBXH",
    title_vi="Người rà soát cho điểm khác hẳn người khác",
    title_en="A reviewer finds poverty far more often than others",
    reason_vi="Xã {commune} năm {year}: {poor}/{reviews} hộ nghèo, cận nghèo; người khác"
    " {others_poor}/{others}.",
    reason_en="Commune {commune} in {year}: {poor} of {reviews} poor or near-poor; others"
    " {others_poor} of {others}.",
    limit_vi=(
        "Từ {reviews} lần rà soát; xác suất ngẫu nhiên dưới {percent} %, tỷ lệ báo nhầm không"
        " quá {false_percent} %."
    ),
    limit_en=(
        "From {reviews} reviews; less than {percent} % likely by chance, false discoveries at"
        " most {false_percent} %."
    ),
    runbook_vi="Cho người khác phúc tra một số hộ; hỏi vì sao khác biệt trước khi kết luận.",
    runbook_en="Have others verify some households; ask for the reason before concluding.",
    subject=SUBJECT,
    counts=RESULTS,
    contribute=results,
    check=check,
)
