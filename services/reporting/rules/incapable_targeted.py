"""Integrity: a household that nobody can work in was put down to leave poverty by its own work."""

from collections.abc import Iterator
from datetime import date
from functools import partial

from services.households.events import ExitTargetSet, ExitTargetWithdrawn, HouseholdGroupsSet
from services.reporting.domain.clocks import Clocks
from services.reporting.domain.dossier import Case, Dossier
from services.reporting.domain.facts import ids, until
from services.reporting.domain.intervals import About, Held, Interval, Kind, Severity, Subject, runs
from services.reporting.domain.rule import Rule
from services.reporting.domain.rulebook import Rulebook
from services.reporting.domain.status import NO_WORKING_CAPACITY
from services.reporting.domain.targets import standing_target
from shared.ids import text_of

CODE = "INCAPABLE_TARGETED"


def check(dossier: Dossier, _: Rulebook, __: Clocks) -> Iterator[Interval]:
    """Open from the day on which the target was set until it is withdrawn."""
    household = dossier.household
    said = household.of(HouseholdGroupsSet)
    if not any(NO_WORKING_CAPACITY in fact.event.groups for fact in said):
        return
    days = household.days(ExitTargetSet, ExitTargetWithdrawn)
    for year in sorted({fact.event.year for fact in household.of(ExitTargetSet)}):
        about = About(
            subject=Subject("household", (text_of(dossier.household_id), str(year))),
            household_id=dossier.household_id,
            year=year,
        )
        for run in runs(days, partial(_judge, household, year)):
            yield Interval(code=CODE, about=about, run=run)


def _judge(household: Case, year: int, day: date) -> Held | None:
    target = standing_target(household, year, day)
    said = until(household.of(HouseholdGroupsSet), target.on)[-1:] if target else []
    if target is None or not said or NO_WORKING_CAPACITY not in said[0].event.groups:
        return None
    evidence = ids((target, said[0]))
    return Held(
        anchor=str(evidence[-1]),
        severity=Severity.MEDIUM,
        evidence=evidence,
        details={"year": str(year), "set_on": target.on.isoformat()},
    )


RULE = Rule(
    code=CODE,
    version=1,
    kind=Kind.INTEGRITY,
    legal_basis="TT 02/2022/TT-BLĐTBXH; Kế hoạch giảm nghèo hằng năm của tỉnh",
    title_vi="Giao chỉ tiêu thoát nghèo cho hộ không có khả năng lao động",
    title_en="Exit target for a household that cannot work",
    reason_vi="Ngày {set_on} giao chỉ tiêu năm {year} cho hộ không có khả năng lao động.",
    reason_en="On {set_on} a target for {year} was set for a household without working capacity.",
    limit_vi="Hộ không có khả năng lao động không được giao chỉ tiêu thoát nghèo.",
    limit_en="A household without working capacity is given no target.",
    runbook_vi="Rút chỉ tiêu và chuyển hộ sang trợ giúp xã hội, hoặc đính chính nhóm của hộ.",
    runbook_en="Withdraw the target and see to social assistance, or correct the group.",
    needs=(ExitTargetSet, HouseholdGroupsSet),
    check=check,
)
