"""Misuse: a loan was repaid with the money of a new one, so that the debt only looks good."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from functools import partial
from typing import Any

from services.loans.events import DisbursementReversed, LoanDisbursed, RepaymentRecorded
from services.reporting.domain.clocks import Clocks
from services.reporting.domain.dossier import Case, Dossier
from services.reporting.domain.facts import Fact, until
from services.reporting.domain.intervals import Interval, Kind, Severity
from services.reporting.domain.minimal import completing
from services.reporting.domain.money import standing
from services.reporting.domain.payments import about_payment, reversed_on, until_reversed
from services.reporting.domain.rule import Rule
from services.reporting.domain.rulebook import Rulebook
from shared.policy.eligibility import RepaidLoan, RolloverTerms, is_rollover

CODE = "ROLLOVER"


def check(dossier: Dossier, book: Rulebook, _: Clocks) -> Iterator[Interval]:
    """Open from the new disbursement until it is reversed."""
    limits = book[CODE]
    terms = RolloverTerms(
        within=timedelta(days=limits["days"]),
        repaid_percent=limits["repaid_percent"],
        amount_percent=limits["amount_percent"],
    )
    repaid = [(back[0].on, loan) for loan in dossier.loans if (back := loan.of(RepaymentRecorded))]
    soonest = min((first for first, _ in repaid), default=date.max)
    for loan in dossier.loans:
        for paid in loan.of(LoanDisbursed):
            if paid.on < soonest:
                continue
            rolled = [
                other
                for first, other in repaid
                if first <= paid.on and other is not loan and _rolls(paid, terms, other)
            ]
            if rolled:
                yield from _found(dossier, loan, paid, rolled, terms)


def _found(
    dossier: Dossier,
    loan: Case,
    paid: Fact[LoanDisbursed],
    rolled: list[Case],
    terms: RolloverTerms,
) -> Iterator[Interval]:
    which = paid.event.disbursement_id
    read = [paid, *(fact for other in rolled for fact in _read(other, paid, terms))]
    read.sort(key=lambda fact: fact.order)
    yield from until_reversed(
        CODE,
        about_payment(dossier, loan, which),
        reversed_on(loan, which),
        [paid],
        severity=Severity.HIGH,
        details={
            "disbursed_on": paid.on.isoformat(),
            "amount": paid.event.amount,
            "days": terms.within.days,
        },
        evidence=read,
        anchor=completing(read, paid.on, partial(_fires, paid, rolled, terms)),
    )


def _rolls(paid: Fact[LoanDisbursed], terms: RolloverTerms, other: Case) -> bool:
    back = until(other.of(RepaymentRecorded), paid.on)
    if not back or back[-1].on < paid.on - terms.within:
        return False
    lent = sum(fact.event.amount for fact in standing(other, paid.on))
    principal = tuple((fact.on, fact.event.principal) for fact in back)
    return is_rollover(paid.event.amount, paid.on, [RepaidLoan(lent, principal)], terms)


def _fires(
    paid: Fact[LoanDisbursed],
    rolled: list[Case],
    terms: RolloverTerms,
    facts: Sequence[Fact[Any]],
) -> bool:
    parts = (
        other.part(fact for fact in facts if fact.event.loan_id == other.id) for other in rolled
    )
    return paid in facts and any(_rolls(paid, terms, part) for part in parts)


def _read(other: Case, paid: Fact[LoanDisbursed], terms: RolloverTerms) -> Iterator[Fact[Any]]:
    yield from until(other.of(LoanDisbursed), paid.on)
    yield from until(other.of(DisbursementReversed), paid.on)
    for fact in until(other.of(RepaymentRecorded), paid.on):
        if fact.on >= paid.on - terms.within:
            yield fact


RULE = Rule(
    code=CODE,
    version=1,
    kind=Kind.MISUSE,
    legal_basis="HD 727/HD-NHCS",
    title_vi="Nghi đảo nợ",
    title_en="Loan possibly rolled over",
    reason_vi="Giải ngân {amount} đồng ngày {disbursed_on}, ngay sau khi trả khoản vay khác.",
    reason_en="{amount} đồng paid on {disbursed_on}, within {days} days of another loan repaid.",
    limit_vi=(
        "Trong {days} ngày trước đó đã trả từ {repaid_percent} % khoản khác, và khoản mới từ "
        "{amount_percent} % khoản ấy."
    ),
    limit_en=(
        "In the {days} days before at least {repaid_percent} % of another loan was repaid, "
        "and the new one is at least {amount_percent} % of it."
    ),
    runbook_vi="Hỏi nguồn tiền trả nợ; kiểm tra khoản mới có đến được phương án hay không.",
    runbook_en="Ask where the repayment came from; check whether the new money met its purpose.",
    needs=(LoanDisbursed, RepaymentRecorded),
    check=check,
)
