"""Stalled: a household is to leave poverty this year and nobody has been assigned to help it."""

from collections.abc import Iterator
from datetime import date
from functools import partial
from typing import Any

from services.households.events import (
    ExitTargetSet,
    ExitTargetWithdrawn,
    HouseholdClosed,
    HouseholdGroupsSet,
)
from services.reporting.domain.assignments import ended_by, is_active, last_end, turning_days
from services.reporting.domain.clocks import Clocks
from services.reporting.domain.dossier import Dossier
from services.reporting.domain.facts import Fact, ids_of_both
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

CODE = "TARGET_WITHOUT_SPONSOR"


def check(dossier: Dossier, book: Rulebook, clocks: Clocks) -> Iterator[Interval]:
    """Open when too many days passed without an active assignment, until one or the year's end."""
    household = dossier.household
    targets = household.of(ExitTargetSet)
    if not targets:
        return
    turns = {
        *household.days(ExitTargetSet, ExitTargetWithdrawn, HouseholdGroupsSet, HouseholdClosed),
        *turning_days(dossier.assignments),
    }
    limit = book[CODE]["days"]
    opens = {clocks.first_day_beyond(CODE, day, limit) for day in turns}
    soonest = min(opens)  # nothing is found before, nor before the year's target is set
    for year, set_on in first_set(targets):
        about = About(
            subject=Subject("household", (text_of(dossier.household_id), str(year))),
            household_id=dossier.household_id,
            year=year,
        )
        over = date(year + 1, 1, 1)
        first = max(soonest, set_on)
        days = [day for day in (*turns, *opens) if first <= day < over]
        for run in runs([*days, over], partial(_judge, dossier, year, limit, clocks)):
            yield Interval(code=CODE, about=about, run=run)


def _judge(dossier: Dossier, year: int, limit: int, clocks: Clocks, day: date) -> Held | None:
    target = standing_target(dossier.household, year, day)
    if target is None or day.year > year or closed_by(dossier, day):
        return None
    if NO_WORKING_CAPACITY in groups_on(dossier.household, day):
        return None
    if any(is_active(assignment, day) for assignment in dossier.assignments):
        return None
    since, start = _start(dossier, target, day)
    if day < clocks.first_day_beyond(CODE, since, limit):
        return None
    details: dict[str, int | str] = {"year": str(year), "since": since.isoformat()}
    return Held(text_of(start.id), Severity.HIGH, ids_of_both(target, start), details)


def _start(dossier: Dossier, target: Fact[ExitTargetSet], day: date) -> tuple[date, Fact[Any]]:
    """Give the day from which it is counted and the fact that set it."""
    starts: list[tuple[date, Fact[Any]]] = [(target.on, target)]
    ended = [end for case in dossier.assignments if (end := last_end(case, day)) is not None]
    starts.extend(end for end in ended if ended_by(end, day))
    able = end_of_incapacity(dossier.household, day)
    if able is not None:
        starts.append((able.on, able))
    return max(starts, key=lambda start: (start[0], start[1].order))


RULE = Rule(
    code=CODE,
    version=1,
    kind=Kind.STALLED,
    legal_basis="Kế hoạch giảm nghèo hằng năm của tỉnh",
    title_vi="Hộ đăng ký thoát nghèo chưa có người giúp đỡ",
    title_en="Exit target without a sponsor",
    reason_vi="Có mục tiêu thoát nghèo năm {year}, từ {since} chưa có đơn vị giúp đỡ.",
    reason_en="Exit target for {year}; no active sponsor since {since}.",
    limit_vi="Phải có đơn vị giúp đỡ trong {days} ngày.",
    limit_en="Somebody must answer for the household within {days} days.",
    runbook_vi="Phân công cơ quan hoặc cá nhân giúp đỡ hộ, hoặc rút mục tiêu và nêu lý do.",
    runbook_en="Assign a sponsor to the household, or withdraw the target with its reason.",
    needs=(ExitTargetSet,),
    check=check,
)
