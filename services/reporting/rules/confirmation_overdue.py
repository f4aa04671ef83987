"""Stalled: a household asked for a loan and the commune has not said whether it may."""

from collections.abc import Iterator

from services.loans.events import (
    LoanApplied,
    LoanApproved,
    LoanConfirmed,
    LoanRejected,
    LoanWithdrawn,
)
from services.reporting.domain.clocks import Clocks
from services.reporting.domain.dossier import Dossier
from services.reporting.domain.intervals import Interval, Kind, Severity
from services.reporting.domain.rule import Rule
from services.reporting.domain.rulebook import Rulebook
from services.reporting.domain.waits import Wait, waiting, was_in_time
from shared.calendar import is_working_day

CODE = "CONFIRMATION_OVERDUE"


def check(dossier: Dossier, book: Rulebook, clocks: Clocks) -> Iterator[Interval]:
    """Open until it is confirmed, approved, rejected or withdrawn."""
    days = book[CODE]["working_days"]
    for loan in dossier.loans:
        for applied in loan.of(LoanApplied)[:1]:
            ends = loan.first_day(LoanConfirmed, LoanApproved, LoanRejected, LoanWithdrawn)
            if was_in_time(applied, applied.on, days, ends):
                continue
            wait = Wait(
                code=CODE,
                about=loan.about(dossier.household_id),
                by=applied,
                since=applied.on,
                days=days,
                counts=is_working_day,
                ends=ends,
                severity=Severity.LOW,
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
    limit_vi="Xã phải xác nhận trong {working_days} ngày làm việc.",
    limit_en="The commune must confirm it within {working_days} working days.",
    runbook_vi="Xã xác nhận cư trú và đối tượng, hoặc trả lời rõ lý do không xác nhận.",
    runbook_en="Confirm residence and beneficiary class, or say why not.",
    needs=(LoanApplied,),
    check=check,
)
