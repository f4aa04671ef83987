"""Misuse: less money reached the household than the bank paid out; somebody kept the rest."""

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

CODE = "PIGGYBACK"
_WHOLE = 100


def check(dossier: Dossier, book: Rulebook, _: Clocks) -> Iterator[Interval]:
    """Open from a check that finds money missing until one that finds all of it."""
    for loan in dossier.loans:
        checks = loan.of(LoanUseInspected)
        for paid in loan.of(LoanDisbursed):
            which, amount = paid.event.disbursement_id, paid.event.amount
            if not any(
                fact.event.disbursement_id == which and fact.event.amount_received < amount
                for fact in checks
            ):
                continue
            days = loan.days(LoanUseInspected, LoanDisbursed, DisbursementReversed)
            for run in runs(days, partial(_judge, loan, paid, book[CODE])):
                yield Interval(code=CODE, about=about_payment(dossier, loan, which), run=run)


def _judge(loan: Case, paid: Fact[LoanDisbursed], limits: dict[str, int], day: date) -> Held | None:
    last = deciding_check(loan, paid, day)
    if last is None:
        return None
    received, amount = last.event.amount_received, paid.event.amount
    missing = amount - received
    if missing <= limits["tolerance"]:
        return None
    critical = missing * _WHOLE >= limits["critical_from_percent"] * amount
    evidence = ids((paid, last))
    return Held(
        anchor=str(evidence[-1]),
        severity=Severity.CRITICAL if critical else Severity.HIGH,
        evidence=evidence,
        details={"inspected_on": last.on.isoformat(), "received": received, "amount": amount},
    )


RULE = Rule(
    code=CODE,
    version=1,
    kind=Kind.MISUSE,
    legal_basis="HD 727/HD-NHCS",
    title_vi="Nghi vay ké: hộ không nhận đủ tiền",
    title_en="Household received less than was paid out",
    reason_vi="Kiểm tra ngày {inspected_on}: hộ nhận {received} trên {amount} đồng giải ngân.",
    reason_en="Check of {inspected_on}: {received} of {amount} đồng reached the household.",
    limit_vi=(
        "Hộ phải nhận đủ, được lệch {tolerance} đồng; nghiêm trọng khi thiếu từ "
        "{critical_from_percent} %."
    ),
    limit_en=(
        "The household must receive all of it, to within {tolerance} đồng; critical from "
        "{critical_from_percent} % short."
    ),
    runbook_vi="Gặp riêng người vay, tìm ai giữ phần còn lại; kiểm tra lại khi đã trả đủ.",
    runbook_en="Meet the borrower alone, find who kept the rest; check again when it came.",
    needs=(LoanUseInspected, LoanDisbursed),
    check=check,
)
