"""Integrity: a decision or a disbursement was entered long after it is said to have happened."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from services.households.events import HouseholdClassified
from services.loans.events import LoanDisbursed
from services.reporting.domain.clocks import Clocks
from services.reporting.domain.dossier import Dossier
from services.reporting.domain.facts import Fact
from services.reporting.domain.intervals import About, Interval, Kind, Run, Severity, Step, Subject
from services.reporting.domain.rule import Rule
from services.reporting.domain.rulebook import Rulebook
from shared.ids import text_of

CODE = "LATE_RECORDING"
_IMPORT = "import"


def check(dossier: Dossier, book: Rulebook, _: Clocks) -> Iterator[Interval]:
    """Open from the day on which it was recorded; only a correction ends it."""
    limit = book[CODE]["days"]
    for loan_id, fact in _watched(dossier, limit):
        recorded_on = fact.recorded_on
        days = (recorded_on - fact.on).days
        if days <= limit or fact.origin == _IMPORT:
            continue
        about = About(
            subject=Subject("event", (text_of(fact.id),)),
            household_id=dossier.household_id,
            loan_id=loan_id,
        )
        step = Step(
            on=recorded_on,
            severity=Severity.LOW,
            evidence=(fact.id,),
            details={
                "days": days,
                "on": fact.on.isoformat(),
                "recorded_on": recorded_on.isoformat(),
            },
        )
        yield Interval(code=CODE, about=about, run=Run(text_of(fact.id), step.on, None, (step,)))


def _watched(dossier: Dossier, limit: int) -> Iterator[tuple[UUID | None, Fact[Any]]]:
    """Give the facts that may have been recorded too late, each with its loan."""
    # a date is never more than a day further in Viet Nam than elsewhere
    for fact in dossier.household.of(HouseholdClassified):
        if (fact.order[1].date() - fact.on).days >= limit:
            yield None, fact
    for loan in dossier.loans:
        for paid in loan.of(LoanDisbursed):
            if (paid.order[1].date() - paid.on).days >= limit:
                yield loan.id, paid


RULE = Rule(
    code=CODE,
    version=1,
    kind=Kind.INTEGRITY,
    legal_basis="Quy chế cập nhật dữ liệu của tỉnh",
    title_vi="Ghi sổ quá muộn",
    title_en="Recorded late",
    reason_vi="Việc ngày {on} đến {recorded_on} mới ghi, muộn {days} ngày.",
    reason_en="It happened on {on} and was recorded on {recorded_on}, {days} days later.",
    limit_vi="Phải ghi trong {days} ngày.",
    limit_en="It must be recorded within {days} days.",
    runbook_vi="Hỏi người ghi vì sao muộn; đối chiếu với giấy tờ của ngày đó.",
    runbook_en="Ask who recorded it why so late; compare with the papers of that day.",
    check=check,
)
