"""Stalled: a household asked for a loan and the commune has not said whether it may."""

from collections.abc import Iterator

from services.loans.events import (
    LoanApplied,
    LoanApproved,
    LoanConfirmed,
    LoanRejected,
    LoanWithdrawn,
)
from services.reporting.clocks import Clocks
from services.reporting.dossier import Dossier
from services.reporting.intervals import About, Interval, Kind, Severity, Subject
from services.reporting.rule import Rule
from services.reporting.rulebook import Rulebook
from services.reporting.waits import Wait, first_of, waiting, was_in_time
from shared.calendar import is_working_day
from shared.ids import text_of

CODE = "CONFIRMATION_OVERDUE"


def check(dossier: Dossier, book: Rulebook, clocks: Clocks) -> Iterator[Interval]:
    """Open until it is confirmed, approved, rejected or withdrawn."""
    days = book[CODE]["working_days"]
    for loan in dossier.loans:
        for applied in loan.of(LoanApplied)[:1]:
            ends = first_of(loan.days(LoanConfirmed, LoanApproved, LoanRejected, LoanWithdrawn))
            if was_in_time(applied, applied.on, days, ends):
                continue
            wait = Wait(
                code=CODE,
                about=About(
                    subject=Subject("loan", (text_of(loan.id),)),
                    household_id=dossier.household_id,
                    loan_id=loan.id,
                ),
                by=applied,
                since=applied.on,
                days=days,
                counts=is_working_day,
                ends=ends,
                levels=((0, Severity.LOW),),
                details={"applied_on": applied.on.isoformat()},
            )
            yield from waiting(wait, clocks)


RULE = Rule(
    code=CODE,
    version=1,
    kind=Kind.STALLED,
    legal_basis="NĐ 78/2002/NĐ-CP",
    title_vi="Đơn vay chưa được xã xác nhận",
    title_en="Loan application not confirmed",
    reason_vi="Đơn vay ngày {applied_on}, xã chưa xác nhận (mẫu 03/TD).",
    reason_en="Applied for on {applied_on}; the commune has not confirmed it (form 03/TD).",
    runbook_vi="Xã xác nhận cư trú và đối tượng, hoặc trả lời rõ lý do không xác nhận.",
    runbook_en="Confirm residence and beneficiary class, or say why not.",
    check=check,
)
