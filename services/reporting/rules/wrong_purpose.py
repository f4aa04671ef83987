"""Misuse: a check (form 06/TD) found money of the loan spent on something else."""

from collections.abc import Iterator
from datetime import date
from functools import partial
from uuid import UUID

from services.loans.events import (
    DisbursementReversed,
    LoanUseInspected,
    RecallCollected,
)
from services.reporting.domain.clocks import Clocks
from services.reporting.domain.dossier import Case, Dossier
from services.reporting.domain.facts import Fact
from services.reporting.domain.intervals import About, Held, Interval, Kind, Severity, Subject, runs
from services.reporting.domain.rule import Rule
from services.reporting.domain.rulebook import Rulebook
from shared.ids import text_of

CODE = "WRONG_PURPOSE"


def check(dossier: Dossier, book: Rulebook, _: Clocks) -> Iterator[Interval]:
    """Open from a check with money off purpose until a good one, or until it is collected."""
    for loan in dossier.loans:
        checks = loan.of(LoanUseInspected)
        wrong = {f.event.disbursement_id for f in checks if f.event.wrong_purpose_amount > 0}
        if not wrong:
            continue
        days = set(loan.days(LoanUseInspected, DisbursementReversed, RecallCollected))
        for disbursement in sorted(wrong):
            about = About(
                subject=Subject("disbursement", (str(disbursement),)),
                household_id=dossier.household_id,
                loan_id=loan.id,
            )
            for run in runs(days, partial(_judge, loan, disbursement, book)):
                yield Interval(code=CODE, about=about, run=run)


def _judge(loan: Case, disbursement: UUID, book: Rulebook, day: date) -> Held | None:
    if any(
        fact.event.disbursement_id == disbursement and fact.on <= day
        for fact in loan.of(DisbursementReversed)
    ):
        return None
    first: Fact[LoanUseInspected] | None = None
    latest: Fact[LoanUseInspected] | None = None
    settled = True
    for fact in loan.of(LoanUseInspected):
        seen = fact.event
        if fact.on > day or seen.disbursement_id != disbursement:
            continue
        if seen.wrong_purpose_amount > 0:
            first = first or fact
            latest = fact
            settled = False
        elif seen.right_purpose_amount >= seen.amount_received:
            settled = True
    if first is None or latest is None or settled:
        return None
    collected = sum(f.event.amount for f in loan.of(RecallCollected) if first.on <= f.on <= day)
    if collected >= latest.event.wrong_purpose_amount:
        return None
    return _held(latest, book)


def _held(latest: Fact[LoanUseInspected], book: Rulebook) -> Held:
    wrong, received = latest.event.wrong_purpose_amount, latest.event.amount_received
    details: dict[str, int | str] = {
        "inspected_on": latest.on.isoformat(),
        "wrong": wrong,
        "received": received,
    }
    return Held(text_of(latest.id), _severity(wrong, received, book[CODE]), (latest.id,), details)


def _severity(wrong: int, received: int, limits: dict[str, int]) -> Severity:
    if wrong * 100 < limits["high_from_percent"] * received:
        return Severity.MEDIUM
    if wrong * 100 < limits["critical_from_percent"] * received:
        return Severity.HIGH
    return Severity.CRITICAL


RULE = Rule(
    code=CODE,
    version=1,
    kind=Kind.MISUSE,
    legal_basis="NĐ 78/2002/NĐ-CP; HD 727/HD-NHCS",
    title_vi="Nghi sử dụng vốn vay sai mục đích",
    title_en="Loan possibly used off purpose",
    reason_vi="Kiểm tra ngày {inspected_on}: {wrong} trên {received} đồng dùng sai mục đích.",
    reason_en="Check of {inspected_on}: {wrong} of {received} đồng used off purpose.",
    limit_vi=(
        "Không được sử dụng sai mục đích đồng nào; mức cao từ {high_from_percent} %, nghiêm "
        "trọng từ {critical_from_percent} % số nhận."
    ),
    limit_en=(
        "Nothing may be used off purpose; high from {high_from_percent} %, critical from "
        "{critical_from_percent} % of what was received."
    ),
    runbook_vi="Yêu cầu giải trình; kiểm tra lại, hoặc thu hồi phần sử dụng sai mục đích.",
    runbook_en="Ask for an explanation; check again, or recall the part used off purpose.",
    needs=(LoanUseInspected,),
    check=check,
)
