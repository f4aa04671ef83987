"""Misuse: the money of several households ended with one and the same payee."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from functools import partial
from typing import Literal
from uuid import UUID

from services.loans.events import DisbursementReversed, LoanDisbursed
from services.reporting.domain.contributions import Contribution, OpenFinding
from services.reporting.domain.dossier import Dossier
from services.reporting.domain.holdings import recovered_on
from services.reporting.domain.intervals import About, Held, Interval, Kind, Severity, Subject, runs
from services.reporting.domain.rule import SubjectRule
from services.reporting.domain.rulebook import Rulebook
from shared.ids import text_of

CODE = "SHARED_PAYEE"
PAYEE: Literal["payee"] = "payee"


def contribute(dossier: Dossier, _: Sequence[OpenFinding]) -> Iterator[Contribution]:
    """Name every value to which money of the household was paid, while it is not reversed."""
    for loan in dossier.loans:
        ended = {f.event.disbursement_id: f.on for f in reversed(loan.of(DisbursementReversed))}
        for paid in loan.of(LoanDisbursed):
            payee = paid.event.payee
            for value in sorted({payee.account_ref, payee.citizen_ref} - {None}, key=str):
                yield Contribution(
                    kind=PAYEE,
                    subject=str(value),
                    household_id=dossier.household_id,
                    event_id=paid.id,
                    order=paid.order,
                    until=ended.get(paid.event.disbursement_id),
                    loan_id=loan.id,
                    recovered_on=recovered_on(loan),
                )


def check(value: str, given: list[Contribution], book: Rulebook) -> Iterator[Interval]:
    """Open from the day that completed the first pair; only a reversal ends it."""
    limits = book[CODE]
    if len({each.household_id for each in given}) < limits["households"]:
        return
    ordered = sorted(given, key=lambda each: each.order)
    days = {day for each in ordered for day in (each.on, each.until) if day is not None}
    about = About(subject=Subject(PAYEE, (value,)))
    for run in runs(days, partial(_judge, ordered, limits)):
        yield Interval(code=CODE, about=about, run=run)


def _judge(ordered: Sequence[Contribution], limits: dict[str, int], day: date) -> Held | None:
    paid = [each for each in ordered if each.counts_on(day)]
    households = paired(paid, limits["within_days"])
    if len(households) < limits["households"]:
        return None
    pair = minimal(paid, limits["households"], limits["within_days"])
    critical = len(households) >= limits["critical_from"]
    shown = minimal(paid, limits["critical_from"], limits["within_days"]) if critical else pair
    return Held(
        anchor=text_of(pair[-1].event_id),
        severity=Severity.CRITICAL if critical else Severity.HIGH,
        evidence=tuple(each.event_id for each in shown),
        details={"households": len(households)},
        households=tuple(sorted(households)),
    )


def paired(paid: Sequence[Contribution], within: int) -> set[UUID]:
    """Name the households with a payment at most `within` days from one of another household."""
    found: set[UUID] = set()
    reach = timedelta(days=within)
    near: Contribution | None = None  # the latest before this one
    other: Contribution | None = None  # the latest before it of another household than `near`
    for each in paid:
        if near is not None and near.household_id != each.household_id:
            other = near
        for before in (near, other):
            if before is None or before.household_id == each.household_id:
                continue
            if each.on - before.on <= reach:
                found |= {each.household_id, before.household_id}
        near = each
    return found


def minimal(paid: Sequence[Contribution], households: int, within: int) -> list[Contribution]:
    """Give the first smallest set, in fact order, in which so many households are paired."""
    enough = range(len(paid) + 1)
    size = bisect_left(enough, households, key=lambda n: len(paired(paid[:n], within)))
    needed = list(paid[:size])
    for each in reversed(paid[:size]):
        rest = [kept for kept in needed if kept is not each]
        if len(paired(rest, within)) >= households:
            needed = rest
    return needed


RULE = SubjectRule(
    code=CODE,
    version=1,
    kind=Kind.MISUSE,
    legal_basis="HD 727/HD-NHCS",
    title_vi="Nghi gom vốn: nhiều hộ chung một người nhận tiền",
    title_en="Several households share one payee",
    reason_vi="Tiền vay của {households} hộ về cùng một tài khoản hoặc người nhận trong 90 ngày.",
    reason_en="Loans of {households} households went to one account or person within 90 days.",
    limit_vi="Từ {households} hộ trong {within_days} ngày; nghiêm trọng từ {critical_from} hộ.",
    limit_en=(
        "From {households} households within {within_days} days; critical from {critical_from}."
    ),
    runbook_vi="Gặp từng hộ, kiểm tra ai thực nhận và sử dụng tiền.",
    runbook_en="Meet each household and establish who received and used the money.",
    over=(PAYEE,),
    contribute=contribute,
    check=check,
)
