"""Misuse: a household owes more in one programme than the programme allows a household."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from datetime import date
from functools import partial
from typing import Any, NamedTuple
from uuid import UUID

from services.loans.events import DisbursementReversed, LoanApplied, LoanDisbursed
from services.reporting.domain.clocks import Clocks
from services.reporting.domain.dossier import Case, Dossier
from services.reporting.domain.facts import Fact
from services.reporting.domain.holdings import Holdings, money_facts
from services.reporting.domain.intervals import About, Held, Interval, Kind, Severity, Subject, runs
from services.reporting.domain.rule import Rule
from services.reporting.domain.rulebook import Rulebook
from shared.ids import text_of
from shared.policy.eligibility import ceiling_of
from shared.policy.programmes import BY_CODE

CODE = "OVER_CEILING"
_PAYING = (LoanApplied, LoanDisbursed, DisbursementReversed)
"""What may change which disbursement was the last one."""


class _Debt(NamedTuple):
    owed: int
    ceiling: int
    on: date


def check(dossier: Dossier, _: Rulebook, __: Clocks) -> Iterator[Interval]:
    """Open from the disbursement that went over until the debt is within the ceiling again."""
    by_programme: dict[str, list[Case]] = {}
    for loan in dossier.loans:
        if applied := loan.of(LoanApplied):
            by_programme.setdefault(applied[-1].event.programme, []).append(loan)
    for programme, loans in sorted(by_programme.items()):
        least = _least_ceiling(programme)
        if least is None or _lent(loans) <= least:
            continue
        about = About(
            subject=Subject("household", (text_of(dossier.household_id), programme)),
            household_id=dossier.household_id,
        )
        facts = money_facts(dossier.facts, loans)
        debts = list(_debts(programme, facts))
        if not any(debts):
            continue
        days = [fact.on for fact in facts]
        ids = tuple([fact.id for fact in facts])
        for run in runs(days, partial(_judge, programme, (days, ids), debts)):
            yield Interval(code=CODE, about=about, run=run)


def _least_ceiling(programme: str) -> int | None:
    """Give the debt up to which no day's ceiling is exceeded; None: there never was a ceiling."""
    known = BY_CODE.get(programme)
    rows = known.ceilings if known is not None else ()
    return min((row.amount for row in rows if row.amount is not None), default=None)


def _lent(loans: list[Case]) -> int:
    return sum([fact.event.amount for loan in loans for fact in loan.of(LoanDisbursed)])


def _judge(
    programme: str,
    read: tuple[list[date], tuple[UUID, ...]],
    debts: Sequence[_Debt | None],
    day: date,
) -> Held | None:
    # facts are in order of their days: what was read by a day is always the first so many
    days, ids = read
    number = bisect_right(days, day)
    debt = debts[number]
    if debt is None:
        return None
    # the fact of this day with which it came about, else the last one
    anchor = number
    while days[anchor - 1] == day and debts[anchor - 1] is not None:
        anchor -= 1
    return Held(
        anchor=text_of(ids[anchor - 1]),
        severity=Severity.HIGH,
        evidence=ids[:number],
        details={
            "programme": programme,
            "owed": debt.owed,
            "ceiling": debt.ceiling,
            "disbursed_on": debt.on.isoformat(),
        },
    )


def _debts(programme: str, facts: Sequence[Fact[Any]]) -> Iterator[_Debt | None]:
    """Give the debt over the ceiling after none of the facts, after the first, and so on."""
    held = Holdings()
    last: Fact[LoanDisbursed] | None = None
    ceiling: int | None = None
    yield None
    for fact in facts:
        held.add(fact)
        if type(fact.event) in _PAYING:
            last = held.last_paid()
            ceiling = ceiling_of(programme, last.on) if last is not None else None
        if last is None or ceiling is None or held.owed <= ceiling:
            yield None
        else:
            yield _Debt(held.owed, ceiling, last.on)


RULE = Rule(
    code=CODE,
    version=1,
    kind=Kind.MISUSE,
    legal_basis="QĐ 12/QĐ-HĐQT 2019; QĐ 10/2024/QĐ-TTg; NĐ 338/2025/NĐ-CP",
    title_vi="Dư nợ vượt mức cho vay tối đa",
    title_en="Debt over the programme's ceiling",
    reason_vi="Hộ nợ {owed} đồng {programme}, mức tối đa ngày {disbursed_on} là {ceiling} đồng.",
    reason_en="{owed} đồng owed in {programme}; the ceiling on {disbursed_on} is {ceiling} đồng.",
    limit_vi="Dư nợ của hộ trong một chương trình không quá mức tối đa ngày giải ngân sau cùng.",
    limit_en="Debt in a programme may not exceed its ceiling on the day of the last disbursement.",
    runbook_vi="Kiểm tra các lần giải ngân; thu bớt nợ hoặc hủy lần giải ngân vượt mức.",
    runbook_en="Check the disbursements; collect the excess, or reverse the one that went over.",
    needs=(LoanApplied, LoanDisbursed),
    check=check,
)
