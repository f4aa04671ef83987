"""Misuse: a month after the disbursement most of the money has not been used for anything."""

from collections.abc import Iterator
from datetime import date
from functools import partial

from services.loans.events import DisbursementReversed, LoanDisbursed, LoanUseInspected
from services.reporting.domain.clocks import Clocks
from services.reporting.domain.dossier import Case, Dossier
from services.reporting.domain.facts import Fact, ids
from services.reporting.domain.intervals import Held, Interval, Kind, Severity, runs
from services.reporting.domain.payments import about_payment, deciding_check
from services.reporting.domain.rule import Rule
from services.reporting.domain.rulebook import Rulebook
from shared.ids import text_of

CODE = "NOT_USED"
_WHOLE = 100


def check(dossier: Dossier, book: Rulebook, _: Clocks) -> Iterator[Interval]:
    """Open from a check that finds too little used until one that finds enough."""
    for loan in dossier.loans:
        if not any(_too_little(fact, book[CODE]) for fact in loan.of(LoanUseInspected)):
            continue
        days = loan.days(LoanUseInspected, LoanDisbursed, DisbursementReversed)
        for paid in loan.of(LoanDisbursed):
            about = about_payment(dossier, loan, paid.event.disbursement_id)
            for run in runs(days, partial(_judge, loan, paid, book[CODE])):
                yield Interval(code=CODE, about=about, run=run)


def _judge(loan: Case, paid: Fact[LoanDisbursed], limits: dict[str, int], day: date) -> Held | None:
    last = deciding_check(loan, paid, day)
    if last is None or not _too_little(last, limits):
        return None
    if (last.on - paid.on).days < limits["days"]:
        return None
    return Held(
        anchor=text_of(last.id),
        severity=Severity.MEDIUM,
        evidence=ids((paid, last)),
        details={
            "inspected_on": last.on.isoformat(),
            "used": last.event.right_purpose_amount + last.event.wrong_purpose_amount,
            "received": last.event.amount_received,
        },
    )


def _too_little(fact: Fact[LoanUseInspected], limits: dict[str, int]) -> bool:
    used = fact.event.right_purpose_amount + fact.event.wrong_purpose_amount
    return used * _WHOLE < limits["percent"] * fact.event.amount_received


RULE = Rule(
    code=CODE,
    version=1,
    kind=Kind.MISUSE,
    legal_basis="HD 727/HD-NHCS",
    title_vi="Vốn vay chưa được sử dụng",
    title_en="Loan money not used",
    reason_vi="Kiểm tra ngày {inspected_on}: mới sử dụng {used} trên {received} đồng.",
    reason_en="Check of {inspected_on}: only {used} of {received} đồng used.",
    limit_vi="Kiểm tra từ {days} ngày sau giải ngân phải thấy đã sử dụng ít nhất {percent} %.",
    limit_en="A check {days} days after the disbursement or later must see {percent} % used.",
    runbook_vi="Hỏi vì sao chưa sử dụng; hỗ trợ thực hiện phương án, hoặc thu hồi.",
    runbook_en="Ask why it lies idle; help with the plan, or recall the loan.",
    needs=(LoanUseInspected, LoanDisbursed),
    check=check,
)
