"""Integrity: of the loans that the same two officials decided together many turn out bad."""

from collections.abc import Iterator, Sequence
from typing import Literal

from services.loans.events import LoanApproved, LoanConfirmed
from services.reporting.domain.clusters import Enough, findings_about, held_by
from services.reporting.domain.contributions import Contribution, Ground, OpenFinding
from services.reporting.domain.dossier import Dossier
from services.reporting.domain.intervals import About, Interval, Kind, Severity, Subject
from services.reporting.domain.rule import SubjectRule
from services.reporting.domain.rulebook import Rulebook

CODE = "APPROVER_PAIR"
PAIR: Literal["official_pair"] = "official_pair"
SHARED = frozenset({"SHARED_PAYEE", "REUSED_EVIDENCE"})
_BETWEEN = "\t"
_WHOLE = 100


def contribute(dossier: Dossier, own: Sequence[OpenFinding]) -> Iterator[Contribution]:
    """Name the two officials of every loan, with the findings about it."""
    misuse = [each for each in own if each.kind is Kind.MISUSE]
    for loan in dossier.loans:
        for confirmed in loan.of(LoanConfirmed)[-1:]:
            for approved in loan.of(LoanApproved)[-1:]:
                pair = (confirmed.event.confirmed_by, approved.event.approved_by)
                if pair[0] == pair[1]:
                    continue
                yield Contribution(
                    kind=PAIR,
                    subject=_BETWEEN.join(pair),
                    household_id=dossier.household_id,
                    event_id=approved.id,
                    order=approved.order,
                    loan_id=loan.id,
                    grounds=(Ground(confirmed.id, confirmed.order),),
                    findings=findings_about(dossier, loan, misuse),
                )


def check(value: str, given: list[Contribution], book: Rulebook) -> Iterator[Interval]:
    """Open from the day on which there are enough until they are fewer."""
    limits = book[CODE]
    if len(given) < limits["loans"] or not any(each.findings for each in given):
        return
    ordered = sorted(given, key=lambda each: each.order)
    loans, percent = limits["loans"], limits["percent"]
    enough = Enough(loans, -(-loans * percent // _WHOLE), percent)
    about = About(subject=Subject(PAIR, tuple(value.split(_BETWEEN))))
    for run in held_by(ordered, limits["within_days"], enough, Severity.HIGH):
        yield Interval(code=CODE, about=about, run=run)


RULE = SubjectRule(
    code=CODE,
    version=2,
    kind=Kind.INTEGRITY,
    legal_basis="HD 727/HD-NHCS",
    title_vi="Hai cán bộ cùng duyệt nhiều khoản vay nghi sai",
    title_en="Two officials with many suspect loans together",
    reason_vi="Trong 365 ngày hai cán bộ cùng duyệt {loans} khoản, {misused} khoản có nghi vấn.",
    reason_en="Within 365 days they decided {loans} loans together; {misused} have open findings.",
    limit_vi="Từ {loans} khoản trong {within_days} ngày, trong đó từ {percent} % có nghi vấn.",
    limit_en=(
        "From {loans} loans within {within_days} days, of which {percent} % or more are suspected."
    ),
    runbook_vi="Để người khác thẩm tra lại các hồ sơ; tách việc của hai cán bộ.",
    runbook_en="Have somebody else look at the papers again; part the work of the two.",
    over=(PAIR,),
    contribute=contribute,
    check=check,
    shared=SHARED,
)
