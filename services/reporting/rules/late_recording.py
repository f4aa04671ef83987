"""Integrity: a decision or a disbursement was entered long after it is said to have happened."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from services.households.events import HouseholdClassified
from services.loans.events import LoanDisbursed
from services.reporting.clocks import Clocks
from services.reporting.dossier import Dossier
from services.reporting.facts import Fact
from services.reporting.intervals import (
    About,
    Interval,
    Kind,
    Run,
    Severity,
    Step,
    Subject,
)
from services.reporting.rule import Rule
from services.reporting.rulebook import Rulebook
from shared.ids import text_of

CODE = "LATE_RECORDING"
_IMPORT = "import"


def check(dossier: Dossier, book: Rulebook, _: Clocks) -> Iterator[Interval]:
    """Open from the day on which it was recorded; only a correction ends it."""
    facts: list[tuple[UUID | None, Fact[Any]]] = [
        *((None, fact) for fact in dossier.household.of(HouseholdClassified)),
        *((loan.id, fact) for loan in dossier.loans for fact in loan.of(LoanDisbursed)),
    ]
    limit = book[CODE]["days"]
    for loan_id, fact in facts:
        # a date is never more than a day further in Viet Nam than elsewhere
        if (fact.recorded_at.date() - fact.on).days < limit:
            continue
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


RULE = Rule(
    code=CODE,
    version=1,
    kind=Kind.INTEGRITY,
    legal_basis="Quy chế cập nhật dữ liệu của tỉnh",
    title_vi="Ghi sổ quá muộn",
    title_en="Recorded late",
    reason_vi="Việc ngày {on} đến {recorded_on} mới ghi, muộn {days} ngày.",
    reason_en="It happened on {on} and was recorded on {recorded_on}, {days} days later.",
    runbook_vi="Hỏi người ghi vì sao muộn; đối chiếu với giấy tờ của ngày đó.",
    runbook_en="Ask who recorded it why so late; compare with the papers of that day.",
    check=check,
)
