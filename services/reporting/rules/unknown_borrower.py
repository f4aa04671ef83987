"""Misuse: money was paid to a borrower whom the register of households does not know."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from services.loans.events import LoanApplied, LoanDisbursed
from services.reporting.domain.clocks import Clocks
from services.reporting.domain.dossier import Dossier
from services.reporting.domain.facts import Fact
from services.reporting.domain.intervals import Interval, Kind, Severity
from services.reporting.domain.membership import first_joined, registered_on
from services.reporting.domain.payments import about_payment, reversed_on, until_reversed
from services.reporting.domain.rule import Rule
from services.reporting.domain.rulebook import Rulebook
from shared.policy.eligibility import is_unknown_borrower

CODE = "UNKNOWN_BORROWER"


def check(dossier: Dossier, _: Rulebook, __: Clocks) -> Iterator[Interval]:
    """Open from the disbursement until it is reversed."""
    registered = registered_on(dossier.household)
    firsts: dict[int, date | None] = {}
    for loan in dossier.loans:
        applied = loan.of(LoanApplied)
        joined = registered
        if applied:
            borrower = applied[-1].event.borrower_member_id
            if borrower.int not in firsts:
                firsts[borrower.int] = first_joined(dossier.household, borrower)
            joined = firsts[borrower.int]
        for paid in loan.of(LoanDisbursed):
            if not is_unknown_borrower(registered, joined, paid.on):
                continue
            needed: list[Fact[Any]] = [paid]
            if registered is not None and registered <= paid.on:
                needed.append(applied[-1])
            which = paid.event.disbursement_id
            yield from until_reversed(
                CODE,
                about_payment(dossier, loan, which),
                reversed_on(loan, which),
                needed,
                severity=Severity.HIGH,
                details={"disbursed_on": paid.on.isoformat(), "amount": paid.event.amount},
                evidence=(paid,),
            )


RULE = Rule(
    code=CODE,
    version=1,
    kind=Kind.MISUSE,
    legal_basis="NĐ 78/2002/NĐ-CP; HD 727/HD-NHCS",
    title_vi="Người vay không có trong sổ hộ",
    title_en="Borrower not on the register",
    reason_vi="Giải ngân {amount} đồng ngày {disbursed_on} cho hộ hoặc người vay chưa đăng ký.",
    reason_en="{amount} đồng paid on {disbursed_on}; household or borrower not registered by then.",
    limit_vi="Ngày giải ngân hộ phải có trong sổ và người vay phải là thành viên của hộ.",
    limit_en="By the disbursement the household must be registered and the borrower its member.",
    runbook_vi="Xác minh hộ và người vay có thật; nếu có thì đăng ký hoặc đính chính.",
    runbook_en="Find out whether household and borrower exist; if so register or correct them.",
    needs=(LoanDisbursed,),
    check=check,
)
