"""Stalled: the yearly review is over and nobody decided anew whether the household is poor."""

from bisect import bisect_left
from collections.abc import Iterator
from datetime import date
from functools import lru_cache

from services.households.events import HouseholdClassified, HouseholdClosed
from services.reporting.domain.clocks import Clocks
from services.reporting.domain.dossier import Dossier
from services.reporting.domain.intervals import About, Interval, Kind, Severity, Subject
from services.reporting.domain.rule import Rule
from services.reporting.domain.rulebook import Rulebook
from services.reporting.domain.status import status_and_ground
from services.reporting.domain.waits import Wait, first_of, waiting
from shared.calendar import DAY
from shared.ids import text_of

CODE = "REVIEW_MISSING"
POOR = ("poor", "near_poor")


def check(dossier: Dossier, book: Rulebook, clocks: Clocks) -> Iterator[Interval]:
    """Open from the day after the last one until a classification of that year's review."""
    household = dossier.household
    said = household.of(HouseholdClassified)
    poor = next((n for n, fact in enumerate(said) if fact.event.status in POOR), None)
    if poor is None:
        return
    decided = [fact.on for fact in said]
    for first, last in _seasons(decided[0].year, book.horizon.year, **book[CODE]):
        before = bisect_left(decided, first)
        if before <= poor or (before < len(decided) and decided[before] <= last):
            continue
        found = status_and_ground(household, last, first - DAY)
        if found is None or found[0] not in POOR:
            continue
        year = last.year
        wait = Wait(
            code=CODE,
            about=About(
                subject=Subject("household", (text_of(dossier.household_id), str(year))),
                household_id=dossier.household_id,
                year=year,
            ),
            by=found[1],
            since=last,
            ends=first_of(decided[before : before + 1], household.days(HouseholdClosed)),
            severity=Severity.HIGH,
            details={"year": str(year), "status": found[0]},
            anchor=str(year),
        )
        yield from waiting(wait, clocks)


@lru_cache(maxsize=1024)
def _seasons(
    first_year: int,
    last_year: int,
    first_month: int,
    first_day: int,
    last_month: int,
    last_day: int,
) -> tuple[tuple[date, date], ...]:
    """Give the first and the last day on which each of these years is to be reviewed."""
    return tuple(
        (date(year, first_month, first_day), date(year, last_month, last_day))
        for year in range(first_year, last_year + 1)
    )


RULE = Rule(
    code=CODE,
    version=1,
    kind=Kind.STALLED,
    legal_basis="QĐ 24/2021/QĐ-TTg",
    title_vi="Hộ chưa được rà soát trong năm",
    title_en="Yearly review missing",
    reason_vi="Hộ thuộc diện {status}, hết kỳ rà soát năm {year} chưa có quyết định công nhận.",
    reason_en="The household is {status}; the review of {year} ended without a classification.",
    limit_vi="Phải có quyết định từ {first_day}/{first_month} đến {last_day}/{last_month}.",
    limit_en=(
        "It must be decided from {first_day}/{first_month} to {last_day}/{last_month} (day/month)."
    ),
    runbook_vi="Rà soát hộ ngay và ra quyết định công nhận.",
    runbook_en="Review the household now and decide.",
    needs=(HouseholdClassified,),
    check=check,
)
