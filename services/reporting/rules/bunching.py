"""Integrity: in one commune far more reviews end just below the cut-off than just above it."""

from collections.abc import Mapping
from typing import Literal

from services.reporting.domain.annual import (
    SCORES,
    Counts,
    Covered,
    Judged,
    Opened,
    Read,
    Reviewed,
    Suspicion,
    Tally,
    place_of,
    scores,
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
from services.reporting.domain.proportions import at_least_by_half
from services.reporting.domain.rule import AnnualRule
from services.reporting.domain.rulebook import Rulebook
from shared.areas import Commune

CODE = "BUNCHING"
SUBJECT: Literal["commune_year"] = "commune_year"
_WHOLE = 100
_MANY = 64
"""So many all on one side are seldom enough for any whole percent."""


def check(year: int, read: Read, book: Rulebook) -> Judged:
    """Open where chance alone would hardly put so many on one side; only corrections end it."""
    limits = book[CODE]
    tally = Tally[Commune](year)
    for review in read():
        tally.add(review, (review.commune,))

    found, last, judged = one_sided(tally, limits)
    counted: dict[Commune, list[Reviewed]] = {commune: [] for commune in found}
    for review in read() if found else ():
        if review.commune in found and review.counts_on(found[review.commune].on):
            counted[review.commune].append(review)
    intervals = [
        _interval(year, commune, found[commune], needed(counted[commune], limits))
        for commune in sorted(found)
    ]
    covered = [
        Covered(code=CODE, commune=commune, counted=last[commune].whole, judged=commune in judged)
        for commune in sorted(last)
    ]
    return Judged(intervals, covered)


def one_sided(tally: Tally[Commune], limits: Mapping[str, int]) -> Suspicion[Commune]:
    """Give the communes in which chance alone would hardly put so many on one side."""

    def chance(commune: Commune, counts: Mapping[Commune, Counts]) -> float | None:
        whole, hits = counts[commune]
        return at_least_by_half(hits, whole) if whole >= limits["reviews"] else None

    def details(commune: Commune, counts: Mapping[Commune, Counts]) -> dict[str, Detail]:
        whole, hits = counts[commune]
        return {**place_of(commune, tally.first.year), "below": hits, "above": whole - hits}

    return suspected(tally, chance, limits, details)


def needed(reviews: list[Reviewed], limits: Mapping[str, int]) -> list[Reviewed]:
    """Give the first reviews, in fact order, that are as many and as one-sided as it takes."""
    whole, least = fewest(limits)
    taken: list[Reviewed] = []
    above = 0
    for review in sorted(reviews, key=lambda each: each.order):
        if review.hit or above < whole - least:
            taken.append(review)
            above += not review.hit
        if len(taken) == whole:
            break
    return taken


def fewest(limits: Mapping[str, int]) -> tuple[int, int]:
    """Give how many reviews it takes, and how many of them below; ValueError if none are enough.

    Where the least number of reviews to judge by proves nothing even all on one side: more.
    """
    share = min(limits["percent"], limits["false_percent"])
    for whole in range(limits["reviews"], limits["reviews"] + _MANY):
        for hits in range(whole + 1):
            by_chance = at_least_by_half(hits, whole) * _WHOLE
            if by_chance < limits["percent"] and by_chance <= share:
                return whole, hits
    raise ValueError("nothing is seldom enough")


def _interval(year: int, commune: Commune, opened: Opened, reviews: list[Reviewed]) -> Interval:
    evidence = tuple(review.event_id for review in reviews)
    step = Step(opened.on, Severity.MEDIUM, evidence, opened.details)
    about = About(subject=Subject(SUBJECT, (commune.code, str(year))), year=year)
    return Interval(code=CODE, about=about, run=Run(str(year), opened.on, None, (step,)))


RULE = AnnualRule(
    code=CODE,
    version=1,
    kind=Kind.INTEGRITY,
    legal_basis="NĐ 07/2021/NĐ-CP; TT 07/2021/TT-BLĐTBXH",
    title_vi="Điểm rà soát dồn ngay dưới ngưỡng",
    title_en="Review points crowd just below the cut-off",
    reason_vi="Xã {commune} năm {year}: {below} hộ ngay dưới ngưỡng, {above} hộ ngay trên ngưỡng.",
    reason_en="Commune {commune} in {year}: {below} just below the cut-off, {above} just above.",
    limit_vi=(
        "Từ {reviews} hộ sát ngưỡng; xác suất ngẫu nhiên dưới {percent} %, tỷ lệ báo nhầm "
        "không quá {false_percent} %."
    ),
    limit_en=(
        "From {reviews} households near the cut-off; less than {percent} % likely by chance, "
        "false discoveries at most {false_percent} %."
    ),
    runbook_vi="Phúc tra ngẫu nhiên các hộ sát ngưỡng; so với phiếu gốc và hình ảnh.",
    runbook_en="Verify some of these households anew; compare with the forms and pictures.",
    subject=SUBJECT,
    counts=SCORES,
    contribute=scores,
    check=check,
)
