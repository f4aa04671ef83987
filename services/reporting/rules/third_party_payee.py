"""Misuse: the money of a household was handed to somebody who does not belong to it."""

from collections.abc import Iterator

from services.loans.events import LoanDisbursed
from services.reporting.domain.clocks import Clocks
from services.reporting.domain.dossier import Dossier
from services.reporting.domain.intervals import Interval, Kind, Severity
from services.reporting.domain.payments import about_payment, reversed_on, until_reversed
from services.reporting.domain.rule import Rule
from services.reporting.domain.rulebook import Rulebook

CODE = "THIRD_PARTY_PAYEE"


def check(dossier: Dossier, _: Rulebook, __: Clocks) -> Iterator[Interval]:
    """Open from the disbursement until it is reversed."""
    for loan in dossier.loans:
        for paid in loan.of(LoanDisbursed):
            if paid.event.payee.kind != "third_party":
                continue
            which = paid.event.disbursement_id
            yield from until_reversed(
                CODE,
                about_payment(dossier, loan, which),
                reversed_on(loan, which),
                [paid],
                severity=Severity.HIGH,
                details={"disbursed_on": paid.on.isoformat(), "amount": paid.event.amount},
            )


RULE = Rule(
    code=CODE,
    version=1,
    kind=Kind.MISUSE,
    legal_basis="HD 727/HD-NHCS",
    title_vi="Người ngoài hộ nhận tiền vay",
    title_en="Loan paid to somebody outside the household",
    reason_vi="Ngày {disbursed_on} giải ngân {amount} đồng cho người không thuộc hộ.",
    reason_en="On {disbursed_on} {amount} đồng was paid to somebody outside the household.",
    limit_vi="Người nhận tiền phải là người vay hoặc thành viên của hộ.",
    limit_en="The payee must be the borrower or a member of the household.",
    runbook_vi="Gặp người vay, xác minh vì sao người khác nhận và ai đã sử dụng tiền.",
    runbook_en="Meet the borrower; find out why somebody else took the money and who used it.",
    needs=(LoanDisbursed,),
    check=check,
)
