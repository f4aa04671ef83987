"""Stalled: a household is to leave poverty this year and no step towards it was agreed."""

from collections.abc import Iterator
from datetime import date
from functools import partial
from typing import Any

from services.households.events import (
    ExitTargetSet,
    ExitTargetWithdrawn,
    HouseholdClosed,
    HouseholdGroupsSet,
    PlanItemAgreed,
    PlanItemCompleted,
    PlanItemWithdrawn,
)
from services.reporting.domain.clocks import Clocks
from services.reporting.domain.dossier import Case, Dossier
from services.reporting.domain.facts import Fact, ids_of_both, latest
from services.reporting.domain.intervals import About, Held, Interval, Kind, Severity, Subject, runs
from services.reporting.domain.rule import Rule
from services.reporting.domain.rulebook import Rulebook
from services.reporting.domain.status import (
    NO_WORKING_CAPACITY,
    closed_by,
    end_of_incapacity,
    groups_on,
)
from services.reporting.domain.targets import first_set, standing_target
from shared.ids import text_of

CODE = "TARGET_WITHOUT_PLAN"


def check(dossier: Dossier, book: Rulebook, clocks: Clocks) -> Iterator[Interval]:
    """Open when too many days passed without a plan item, until one or the year's end."""
    household = dossier.household
    targets = household.of(ExitTargetSet)
    if not targets:
        return
    limit = book[CODE]["days"]
    starts = household.days(ExitTargetSet, PlanItemWithdrawn, HouseholdGroupsSet)
    opens = {clocks.first_day_beyond(CODE, start, limit) for start in starts}
    soonest = min(opens)  # nothing is found before, nor before the year's target is set
    turns = {
        *household.days(ExitTargetSet, ExitTargetWithdrawn, HouseholdGroupsSet, HouseholdClosed),
        *household.days(PlanItemAgreed, PlanItemCompleted, PlanItemWithdrawn),
        *opens,
    }
    for year, set_on in first_set(targets):
        about = About(
            subject=Subject("household", (text_of(dossier.household_id), str(year))),
            household_id=dossier.household_id,
            year=year,
        )
        judge = partial(_judge, dossier, year, limit, clocks)
        first, over = max(soonest, set_on), date(year + 1, 1, 1)
        for run in runs([*(day for day in turns if first <= day < over), over], judge):
            yield Interval(code=CODE, about=about, run=run)


def _judge(dossier: Dossier, year: int, limit: int, clocks: Clocks, day: date) -> Held | None:
    household = dossier.household
    target = standing_target(household, year, day)
    if target is None or day.year > year or closed_by(dossier, day):
        return None
    if NO_WORKING_CAPACITY in groups_on(household, day):
        return None
    items = _items(household, target.on, day)
    withdrawn = [_gone(household, item, day) for item in items]
    if any(fact is None for fact in withdrawn):
        return None
    start = latest(target, end_of_incapacity(household, day), *withdrawn) or target
    if day < clocks.first_day_beyond(CODE, start.on, limit):
        return None
    details: dict[str, int | str] = {"year": str(year), "since": start.on.isoformat()}
    return Held(text_of(start.id), Severity.MEDIUM, ids_of_both(target, start), details)


def _items(household: Case, set_on: date, day: date) -> list[Fact[PlanItemAgreed]]:
    """Give the items agreed since the target was set, and those that were open then."""
    return [
        item
        for item in household.of(PlanItemAgreed)
        if item.on <= day and (set_on <= item.on or not _ended(household, item, set_on))
    ]


def _ended(household: Case, item: Fact[PlanItemAgreed], day: date) -> bool:
    part = item.event.item_id
    ends = [
        *household.days_of(PlanItemCompleted, item_id=part),
        *household.days_of(PlanItemWithdrawn, item_id=part),
    ]
    return any(when <= day for when in ends)


def _gone(household: Case, item: Fact[PlanItemAgreed], day: date) -> Fact[Any] | None:
    """Give the fact by which an item was withdrawn by a day."""
    return next(
        (
            fact
            for fact in household.of(PlanItemWithdrawn)
            if fact.on <= day and fact.event.item_id == item.event.item_id
        ),
        None,
    )


RULE = Rule(
    code=CODE,
    version=1,
    kind=Kind.STALLED,
    legal_basis="Kế hoạch giảm nghèo hằng năm của tỉnh",
    title_vi="Hộ đăng ký thoát nghèo chưa có kế hoạch",
    title_en="Exit target without a plan",
    reason_vi="Có mục tiêu thoát nghèo năm {year}, từ {since} chưa thống nhất việc nào.",
    reason_en="Exit target for {year}; no plan item since {since}.",
    limit_vi="Phải thống nhất kế hoạch trong {days} ngày.",
    limit_en="A step must be agreed within {days} days.",
    runbook_vi="Cùng hộ thống nhất việc cần làm, người chịu trách nhiệm và thời hạn.",
    runbook_en="Agree with the household on a step, who answers for it, and a date.",
    needs=(ExitTargetSet,),
    check=check,
)
