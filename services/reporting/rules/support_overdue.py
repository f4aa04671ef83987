"""Stalled: a policy owes the household something, and the date for it has passed."""

from collections.abc import Iterator

from services.households.events import (
    HouseholdClosed,
    SupportDelivered,
    SupportEntitled,
    SupportWithdrawn,
)
from services.reporting.domain.clocks import Clocks
from services.reporting.domain.dossier import Dossier
from services.reporting.domain.intervals import About, Interval, Kind, Severity, Subject
from services.reporting.domain.rule import Rule
from services.reporting.domain.rulebook import Rulebook
from services.reporting.domain.waits import Wait, first_of, waiting

CODE = "SUPPORT_OVERDUE"


def check(dossier: Dossier, book: Rulebook, clocks: Clocks) -> Iterator[Interval]:
    """Open from the day after it was due until it is delivered or withdrawn."""
    household, limits = dossier.household, book[CODE]
    for support in household.of(SupportEntitled):
        part = support.event.support_id
        wait = Wait(
            code=CODE,
            about=About(
                subject=Subject("support", (str(part),)), household_id=dossier.household_id
            ),
            by=support,
            since=support.event.due_on,
            days=limits["days"],
            ends=first_of(
                household.days_of(SupportDelivered, support_id=part),
                household.days_of(SupportWithdrawn, support_id=part),
                household.days(HouseholdClosed),
            ),
            severity=Severity.MEDIUM,
            worse=((limits["high_from_days"], Severity.HIGH),),
            details={"due_on": support.event.due_on.isoformat()},
        )
        yield from waiting(wait, clocks)


RULE = Rule(
    code=CODE,
    version=1,
    kind=Kind.STALLED,
    legal_basis="NĐ 07/2021/NĐ-CP; Kế hoạch giảm nghèo hằng năm của tỉnh",
    title_vi="Chính sách hỗ trợ chậm đến hộ",
    title_en="Support overdue",
    reason_vi="Hộ được hưởng một chính sách hỗ trợ, hạn {due_on}, chưa nhận được.",
    reason_en="The household is entitled to a support due on {due_on} and does not have it.",
    limit_vi="Quá hạn {days} ngày; mức cao từ {high_from_days} ngày.",
    limit_en="More than {days} days late; high from {high_from_days} days.",
    runbook_vi="Giao hỗ trợ cho hộ và ghi nhận, hoặc rút và nêu lý do.",
    runbook_en="Deliver it and record so, or withdraw it with its reason.",
    needs=(SupportEntitled,),
    check=check,
)
