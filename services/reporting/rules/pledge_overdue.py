"""Stalled: a sponsor promised something by a date, and the household does not have it."""

from collections.abc import Iterator
from datetime import date

from services.households.events import HouseholdClosed
from services.reporting.domain.clocks import Clocks
from services.reporting.domain.dossier import Case, Dossier
from services.reporting.domain.facts import Fact
from services.reporting.domain.intervals import About, Interval, Kind, Severity, Subject
from services.reporting.domain.rule import Rule
from services.reporting.domain.rulebook import Rulebook
from services.reporting.domain.waits import Wait, first_of, sponsors, waiting
from services.sponsorship.events import PledgeFulfilled, PledgeWithdrawn, SupportPledged

CODE = "PLEDGE_OVERDUE"


def check(dossier: Dossier, book: Rulebook, clocks: Clocks) -> Iterator[Interval]:
    """Open from the day after it was due until enough of it came, or it is withdrawn."""
    limits = book[CODE]
    for assignment in dossier.assignments:
        for pledge in assignment.of(SupportPledged):
            part = pledge.event.commitment_id
            wait = Wait(
                code=CODE,
                about=About(
                    subject=Subject("pledge", (str(part),)),
                    household_id=dossier.household_id,
                    assignment_id=assignment.id,
                ),
                by=pledge,
                since=pledge.event.due_on,
                days=limits["days"],
                ends=first_of(
                    _fulfilled(assignment, pledge, limits["percent"]),
                    assignment.days_of(PledgeWithdrawn, commitment_id=part),
                    dossier.household.days(HouseholdClosed),
                ),
                severity=Severity.MEDIUM,
                details={
                    "due_on": pledge.event.due_on.isoformat(),
                    "value": pledge.event.value,
                },
                later=sponsors(assignment),
            )
            yield from waiting(wait, clocks)


def _fulfilled(assignment: Case, pledge: Fact[SupportPledged], percent: int) -> Iterator[date]:
    """Give the day on which all that came together was enough."""
    came = 0
    for fact in assignment.of(PledgeFulfilled):
        if fact.event.commitment_id == pledge.event.commitment_id:
            came += fact.event.value
            if came * 100 >= percent * pledge.event.value:
                yield fact.on


RULE = Rule(
    code=CODE,
    version=1,
    kind=Kind.STALLED,
    legal_basis="Phân công giúp đỡ hộ nghèo của tỉnh",
    title_vi="Cam kết hỗ trợ quá hạn",
    title_en="Pledge overdue",
    reason_vi="Cam kết hỗ trợ trị giá {value} đồng, hạn {due_on}, chưa thực hiện đủ.",
    reason_en="A pledge worth {value} đồng was due on {due_on} and is not fulfilled.",
    limit_vi="Quá hạn {days} ngày; thực hiện dưới {percent} % thì chưa tính.",
    limit_en="More than {days} days late; less than {percent} % of the value does not count.",
    runbook_vi="Thực hiện cam kết và ghi nhận, hoặc rút cam kết và nêu lý do.",
    runbook_en="Fulfil it and record so, or withdraw it with its reason.",
    also_for=frozenset({"sponsor"}),
    needs=(SupportPledged,),
    check=check,
)
