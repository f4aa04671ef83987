"""Misuse: in one savings-and-credit group several loans at once have something against them."""

from collections.abc import Iterator, Sequence
from typing import Literal
from uuid import UUID

from services.loans.events import DisbursementReversed, LoanApplied, LoanDisbursed
from services.reporting.domain.clusters import Enough, findings_about, held_by
from services.reporting.domain.contributions import Contribution, Ground, OpenFinding
from services.reporting.domain.dossier import Dossier
from services.reporting.domain.intervals import About, Interval, Kind, Severity, Subject
from services.reporting.domain.rule import SubjectRule
from services.reporting.domain.rulebook import Rulebook
from shared.ids import text_of

CODE = "GROUP_CLUSTER"
GROUP: Literal["group"] = "group"
COUNTED = frozenset({"WRONG_PURPOSE", "PIGGYBACK", "LEDGER_MISMATCH", "THIRD_PARTY_PAYEE"})
SHARED = frozenset({"SHARED_PAYEE"})


def contribute(dossier: Dossier, own: Sequence[OpenFinding]) -> Iterator[Contribution]:
    """Name the group of every disbursement, with the findings about its loan."""
    counted = [each for each in own if each.code in COUNTED]
    for loan in dossier.loans:
        applied = loan.of(LoanApplied)[-1:]
        group = applied[0].event.group_id if applied else None
        if group is None:
            continue
        found = findings_about(dossier, loan, counted)
        ended = {f.event.disbursement_id: f.on for f in reversed(loan.of(DisbursementReversed))}
        for paid in loan.of(LoanDisbursed):
            yield Contribution(
                kind=GROUP,
                subject=text_of(group),
                household_id=dossier.household_id,
                event_id=paid.id,
                order=paid.order,
                until=ended.get(paid.event.disbursement_id),
                loan_id=loan.id,
                grounds=(Ground(applied[0].id, applied[0].order),),
                findings=found,
            )


def check(value: str, given: list[Contribution], book: Rulebook) -> Iterator[Interval]:
    """Open from the day on which there are enough until they are fewer."""
    limits = book[CODE]
    if len({each.loan_id for each in given if each.findings}) < limits["misused"]:
        return
    ordered = sorted(given, key=lambda each: each.order)
    enough = Enough(limits["loans"], limits["misused"], limits["percent"])
    about = About(subject=Subject(GROUP, (value,)), group_id=UUID(value))
    for run in held_by(ordered, limits["within_days"], enough, Severity.CRITICAL):
        yield Interval(code=CODE, about=about, run=run)


RULE = SubjectRule(
    code=CODE,
    version=2,
    kind=Kind.MISUSE,
    legal_basis="HD 727/HD-NHCS; Quy chế hoạt động của Tổ TK&VV",
    title_vi="Tổ tiết kiệm và vay vốn có nhiều khoản vay nghi sai",
    title_en="Several suspect loans in one group",
    reason_vi="{misused} trên {loans} khoản vay của tổ trong 365 ngày đang có nghi vấn.",
    reason_en="{misused} of {loans} loans of the group within 365 days have an open finding.",
    limit_vi=(
        "Trong ít nhất {loans} khoản của {within_days} ngày, từ {misused} khoản và từ "
        "{percent} % có nghi vấn."
    ),
    limit_en=(
        "Of at least {loans} loans of {within_days} days, {misused} or more and {percent} % "
        "or more are suspected."
    ),
    runbook_vi="Kiểm tra toàn tổ, gặp riêng từng hộ; xem xét vai trò của tổ trưởng.",
    runbook_en="Check the whole group, meet each household alone; look at the leader's part.",
    over=(GROUP,),
    contribute=contribute,
    check=check,
    shared=SHARED,
)
