"""Stalled: the bank approved a loan and the household has not seen any of the money."""

from collections.abc import Iterator
from datetime import date
from functools import partial

from services.loans.events import (
    DisbursementReversed,
    LoanApproved,
    LoanDisbursed,
    LoanWithdrawn,
)
from services.reporting.domain.clocks import Clocks
from services.reporting.domain.dossier import Case, Dossier
from services.reporting.domain.facts import Fact
from services.reporting.domain.intervals import Held, Interval, Kind, Severity, runs
from services.reporting.domain.money import standing
from services.reporting.domain.rule import Rule
from services.reporting.domain.rulebook import Rulebook
from shared.calendar import DAY
from shared.ids import text_of

CODE = "DISBURSEMENT_OVERDUE"


def check(dossier: Dossier, book: Rulebook, clocks: Clocks) -> Iterator[Interval]:
    """Open until money is paid out, the loan is withdrawn, or the approval has lapsed."""
    for loan in dossier.loans:
        for approved in loan.of(LoanApproved)[:1]:
            if loan.of(LoanDisbursed) and not loan.of(DisbursementReversed):
                first = loan.of(LoanDisbursed)[0].on
                if (first - approved.on).days <= book[CODE]["days"]:
                    continue  # the common case; pauses only ever make it later
            opens = clocks.first_day_beyond(CODE, approved.on, book[CODE]["days"])
            lapses = approved.event.valid_until + DAY
            about = loan.about(dossier.household_id)
            days = {
                *(opens, lapses),
                *loan.days(LoanDisbursed, DisbursementReversed, LoanWithdrawn),
            }
            for run in runs(days, partial(_judge, loan, approved, opens)):
                yield Interval(code=CODE, about=about, run=run)


def _judge(loan: Case, approved: Fact[LoanApproved], opens: date, day: date) -> Held | None:
    if day < opens or approved.event.valid_until < day or standing(loan, day):
        return None
    if any(when <= day for when in loan.days(LoanWithdrawn)):
        return None
    details: dict[str, int | str] = {
        "approved_on": approved.on.isoformat(),
        "amount": approved.event.amount,
        "valid_until": approved.event.valid_until.isoformat(),
    }
    return Held(text_of(approved.id), Severity.MEDIUM, (approved.id,), details)


RULE = Rule(
    code=CODE,
    version=1,
    kind=Kind.STALLED,
    legal_basis="NĐ 78/2002/NĐ-CP",
    title_vi="Đã phê duyệt nhưng chưa giải ngân",
    title_en="Disbursement overdue",
    reason_vi="Phê duyệt {amount} đồng ngày {approved_on}, chưa giải ngân; hết hạn {valid_until}.",
    reason_en="{amount} đồng approved on {approved_on}, nothing paid out; lapses {valid_until}.",
    limit_vi="Phải giải ngân trong {days} ngày sau khi phê duyệt.",
    limit_en="It must be paid out within {days} days of the approval.",
    runbook_vi="Giải ngân tại điểm giao dịch xã, hoặc ghi nhận hộ không vay nữa.",
    runbook_en="Pay it out at the transaction point, or record that it is withdrawn.",
    needs=(LoanApproved,),
    check=check,
)
