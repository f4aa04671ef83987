"""Stalled: the money was handed over and nobody has seen what it bought (form 06/TD)."""

from collections.abc import Iterator
from datetime import date

from services.loans.events import LoanDisbursed, LoanUseInspected
from services.reporting.domain.clocks import Clocks
from services.reporting.domain.dossier import Case, Dossier
from services.reporting.domain.facts import Fact
from services.reporting.domain.intervals import About, Interval, Kind, Run, Severity, Step, Subject
from services.reporting.domain.payments import reversed_on
from services.reporting.domain.rule import Rule
from services.reporting.domain.rulebook import Rulebook
from shared.ids import text_of

CODE = "USE_CHECK_OVERDUE"


def check(dossier: Dossier, book: Rulebook, clocks: Clocks) -> Iterator[Interval]:
    """Open from the day after the deadline until that disbursement is checked or reversed."""
    limit = book[CODE]["days"]
    for loan in dossier.loans:
        for paid in loan.of(LoanDisbursed):
            opens = clocks.first_day_beyond(CODE, paid.on, limit)
            ended = _ended_on(loan, paid)
            if ended is not None and ended <= opens:
                continue
            details: dict[str, int | str] = {
                "disbursed_on": paid.on.isoformat(),
                "amount": paid.event.amount,
            }
            step = Step(opens, Severity.HIGH, (paid.id,), details)
            yield Interval(
                code=CODE,
                about=About(
                    subject=Subject("disbursement", (text_of(paid.event.disbursement_id),)),
                    household_id=dossier.household_id,
                    loan_id=loan.id,
                ),
                run=Run(text_of(paid.id), opens, ended, (step,)),
            )


def _ended_on(loan: Case, paid: Fact[LoanDisbursed]) -> date | None:
    """Give the day of the first check on or after it, or of its reversal."""
    disbursement = paid.event.disbursement_id
    ends = [
        fact.on
        for fact in loan.of(LoanUseInspected)
        if paid.on <= fact.on and fact.event.disbursement_id == disbursement
    ]
    back = reversed_on(loan, disbursement)
    if back is not None:
        ends.append(back)
    return min(ends, default=None)


RULE = Rule(
    code=CODE,
    version=1,
    kind=Kind.STALLED,
    legal_basis="HD 727/HD-NHCS",
    title_vi="Quá hạn kiểm tra sử dụng vốn",
    title_en="Loan-use check overdue",
    reason_vi="Giải ngân {amount} đồng ngày {disbursed_on}, chưa kiểm tra sử dụng vốn (mẫu 06/TD).",
    reason_en="{amount} đồng disbursed on {disbursed_on}; no loan-use check (06/TD) since.",
    limit_vi="Phải kiểm tra trong {days} ngày sau giải ngân.",
    limit_en="It must be checked within {days} days of the disbursement.",
    runbook_vi="Đến hộ kiểm tra và lập mẫu 06/TD; sau đó việc này tự khép lại.",
    runbook_en="Visit the household and file form 06/TD; then this clears itself.",
    also_for=frozenset({"union_inspector"}),
    needs=(LoanDisbursed,),
    check=check,
)
