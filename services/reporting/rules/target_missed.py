"""Stalled: the year in which a household was to leave poverty is over, and it has not left."""

from collections.abc import Iterator
from datetime import date
from functools import partial

from services.households.events import (
    ExitTargetSet,
    ExitTargetWithdrawn,
    HouseholdClassified,
    HouseholdClosed,
    HouseholdGroupsSet,
)
from services.reporting.domain.clocks import Clocks
from services.reporting.domain.dossier import Dossier
from services.reporting.domain.facts import ids_of_both
from services.reporting.domain.intervals import About, Held, Interval, Kind, Severity, Subject, runs
from services.reporting.domain.rule import Rule
from services.reporting.domain.rulebook import Rulebook
from services.reporting.domain.status import (
    NO_WORKING_CAPACITY,
    closed_by,
    groups_on,
    statuses_since,
)
from services.reporting.domain.targets import first_set, standing_target
from shared.ids import text_of

CODE = "TARGET_MISSED"
MISSED = {"out": ("poor", "near_poor"), "near_poor": ("poor",)}
"""The statuses with which each target is missed."""


def check(dossier: Dossier, _: Rulebook, clocks: Clocks) -> Iterator[Interval]:
    """Open from the day after the year's end until the status is reached once."""
    household = dossier.household
    targets, said = household.of(ExitTargetSet), household.of(HouseholdClassified)
    if not targets or not said:
        return
    turns = {
        *household.days(ExitTargetSet, ExitTargetWithdrawn, HouseholdGroupsSet, HouseholdClosed),
        *household.days(HouseholdClassified),
        *(fact.event.effective_from for fact in said),
    }
    for year, set_on in first_set(targets):
        opens = clocks.first_day_beyond(CODE, date(year, 12, 31), 0)
        about = About(
            subject=Subject("household", (text_of(dossier.household_id), str(year))),
            household_id=dossier.household_id,
            year=year,
        )
        days = [opens, *(day for day in turns if opens < day and set_on <= day)]
        for run in runs(days, partial(_judge, dossier, year)):
            yield Interval(code=CODE, about=about, run=run)


def _judge(dossier: Dossier, year: int, day: date) -> Held | None:
    household = dossier.household
    target = standing_target(household, year, day)
    if target is None or closed_by(dossier, day):
        return None
    if NO_WORKING_CAPACITY in groups_on(household, day):
        return None
    missed = MISSED[target.event.to]
    had = statuses_since(household, date(year + 1, 1, 1), day)
    if not had or any(status not in missed for status, _ in had):
        return None
    status, ground = had[-1]
    details: dict[str, int | str] = {"year": str(year), "status": status}
    return Held(str(year), Severity.HIGH, ids_of_both(target, ground), details)


RULE = Rule(
    code=CODE,
    version=1,
    kind=Kind.STALLED,
    legal_basis="Kế hoạch giảm nghèo hằng năm của tỉnh",
    title_vi="Không đạt mục tiêu thoát nghèo",
    title_en="Exit target missed",
    reason_vi="Mục tiêu thoát nghèo năm {year} đã hết hạn, hộ vẫn thuộc diện {status}.",
    reason_en="The exit target of {year} is over; the household is still {status}.",
    limit_vi="Đến hết 31/12 của năm mục tiêu hộ phải đạt mục tiêu.",
    limit_en="The target must be reached by 31 December of its year.",
    runbook_vi="Xem lại nguyên nhân và kế hoạch của hộ, đặt mục tiêu mới hoặc rút mục tiêu cũ.",
    runbook_en="Look again at causes and plan; set a new target, or withdraw the old one.",
    needs=(ExitTargetSet, HouseholdClassified),
    check=check,
)
