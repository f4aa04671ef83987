"""Stalled: a step out of poverty was agreed for a date, and it was not taken."""

from collections.abc import Iterator

from services.households.events import (
    HouseholdClosed,
    PlanItemAgreed,
    PlanItemCompleted,
    PlanItemWithdrawn,
)
from services.reporting.domain.clocks import Clocks
from services.reporting.domain.dossier import Dossier
from services.reporting.domain.intervals import About, Interval, Kind, Severity, Subject
from services.reporting.domain.rule import Rule
from services.reporting.domain.rulebook import Rulebook
from services.reporting.domain.waits import Wait, first_of, waiting
from shared.ids import text_of

CODE = "PLAN_ITEM_OVERDUE"


def check(dossier: Dossier, book: Rulebook, clocks: Clocks) -> Iterator[Interval]:
    """Open from the day after it was due until it is completed or withdrawn."""
    household, limits = dossier.household, book[CODE]
    for item in household.of(PlanItemAgreed):
        wait = Wait(
            code=CODE,
            about=About(
                subject=Subject("plan_item", (text_of(item.event.item_id),)),
                household_id=dossier.household_id,
            ),
            by=item,
            since=item.event.due_on,
            days=limits["days"],
            ends=first_of(
                household.days_of(PlanItemCompleted, item_id=item.event.item_id),
                household.days_of(PlanItemWithdrawn, item_id=item.event.item_id),
                household.days(HouseholdClosed),
            ),
            severity=Severity.LOW,
            worse=(
                (limits["medium_from_days"], Severity.MEDIUM),
                (limits["high_from_days"], Severity.HIGH),
            ),
            details={"due_on": item.event.due_on.isoformat()},
        )
        yield from waiting(wait, clocks)


RULE = Rule(
    code=CODE,
    version=1,
    kind=Kind.STALLED,
    legal_basis="Kế hoạch giảm nghèo hằng năm của tỉnh",
    title_vi="Việc trong kế hoạch thoát nghèo quá hạn",
    title_en="Plan item overdue",
    reason_vi="Việc đã thống nhất với hộ, hạn {due_on}, chưa hoàn thành.",
    reason_en="A step agreed with the household was due on {due_on} and is not completed.",
    limit_vi=(
        "Quá hạn {days} ngày; mức trung bình từ {medium_from_days}, cao từ {high_from_days} ngày."
    ),
    limit_en=(
        "More than {days} days late; medium from {medium_from_days}, high from "
        "{high_from_days} days."
    ),
    runbook_vi="Hoàn thành và ghi nhận, hoặc rút việc, nêu lý do và thống nhất việc khác.",
    runbook_en="Complete and record it, or withdraw it with its reason and agree on another.",
    needs=(PlanItemAgreed,),
    check=check,
)
