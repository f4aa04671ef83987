"""Stalled: the commune confirmed an application and the bank has not decided."""

from collections.abc import Iterator

from services.loans.events import LoanApproved, LoanConfirmed, LoanRejected, LoanWithdrawn
from services.reporting.domain.clocks import Clocks
from services.reporting.domain.dossier import Dossier
from services.reporting.domain.intervals import Interval, Kind, Severity
from services.reporting.domain.rule import Rule
from services.reporting.domain.rulebook import Rulebook
from services.reporting.domain.waits import Wait, waiting, was_in_time
from shared.calendar import is_working_day

CODE = "DECISION_OVERDUE"


def check(dossier: Dossier, book: Rulebook, clocks: Clocks) -> Iterator[Interval]:
    """Open until it is approved, rejected or withdrawn."""
    days = book[CODE]["working_days"]
    for loan in dossier.loans:
        for confirmed in loan.of(LoanConfirmed)[:1]:
            ends = loan.first_day(LoanApproved, LoanRejected, LoanWithdrawn)
            if was_in_time(confirmed, confirmed.on, days, ends):
                continue
            wait = Wait(
                code=CODE,
                about=loan.about(dossier.household_id),
                by=confirmed,
                since=confirmed.on,
                days=days,
                counts=is_working_day,
                ends=ends,
                severity=Severity.MEDIUM,
                details={"confirmed_on": confirmed.on.isoformat()},
            )
            yield from waiting(wait, clocks)


RULE = Rule(
    code=CODE,
    version=1,
    kind=Kind.STALLED,
    legal_basis="NĐ 78/2002/NĐ-CP",
    title_vi="Ngân hàng chưa quyết định cho vay",
    title_en="Loan decision overdue",
    reason_vi="Xã xác nhận ngày {confirmed_on}, ngân hàng chưa phê duyệt hay từ chối (mẫu 04/TD).",
    reason_en="Confirmed on {confirmed_on}; neither approved nor rejected since (form 04/TD).",
    limit_vi="Ngân hàng phải quyết định trong {working_days} ngày làm việc.",
    limit_en="The bank must decide within {working_days} working days.",
    runbook_vi="Phê duyệt, hoặc từ chối và nêu lý do.",
    runbook_en="Approve it, or reject it with its reason.",
    needs=(LoanConfirmed,),
    check=check,
)
