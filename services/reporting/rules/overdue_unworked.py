"""Stalled: a loan is overdue and nobody has done anything about it."""

from collections.abc import Iterator
from datetime import date
from functools import partial
from typing import Any

from services.loans.events import (
    BorrowerContacted,
    LoanBecameCurrent,
    LoanBecameOverdue,
    LoanExtended,
    LoanFrozen,
    RecallCollected,
    RecallOrdered,
    RepaymentRecorded,
)
from services.reporting.domain.clocks import Clocks
from services.reporting.domain.debts import overdue_on
from services.reporting.domain.dossier import Case, Dossier
from services.reporting.domain.facts import Fact, ids
from services.reporting.domain.intervals import Held, Interval, Kind, Severity, runs
from services.reporting.domain.money import MOVES
from services.reporting.domain.rule import Rule
from services.reporting.domain.rulebook import Rulebook
from shared.ids import text_of

CODE = "OVERDUE_UNWORKED"
WORK: tuple[type[Any], ...] = (BorrowerContacted, RepaymentRecorded, RecallCollected)
"""What begins the clock anew."""


def check(dossier: Dossier, book: Rulebook, clocks: Clocks) -> Iterator[Interval]:
    """Open until somebody works on it: pays, speaks, eases or recalls; or it is in order."""
    for loan in dossier.loans:
        if not loan.of(LoanBecameOverdue):
            continue
        limit = book[CODE]["days"]
        starts = loan.days(LoanBecameOverdue, *WORK)
        days = {
            *(clocks.first_day_beyond(CODE, start, limit) for start in starts),
            *loan.days(LoanBecameOverdue, LoanBecameCurrent, LoanExtended, LoanFrozen),
            *loan.days(RecallOrdered, BorrowerContacted, *MOVES),
        }
        about = loan.about(dossier.household_id)
        for run in runs(days, partial(_judge, loan, limit, clocks)):
            yield Interval(code=CODE, about=about, run=run)


def _judge(loan: Case, limit: int, clocks: Clocks, day: date) -> Held | None:
    overdue = overdue_on(loan, day)
    if overdue is None:
        return None
    worked = [fact for kind in WORK for fact in loan.of(kind) if fact.on <= day]
    last: Fact[Any] = max([overdue, *worked], key=lambda fact: fact.order)
    if any(last.on <= when <= day for when in loan.days(RecallOrdered)):
        return None
    if day < clocks.first_day_beyond(CODE, last.on, limit):
        return None
    details: dict[str, int | str] = {
        "overdue_since": overdue.on.isoformat(),
        "since": last.on.isoformat(),
    }
    evidence = {fact.id: fact for fact in (overdue, last)}
    return Held(text_of(last.id), Severity.HIGH, ids(evidence.values()), details)


RULE = Rule(
    code=CODE,
    version=1,
    kind=Kind.STALLED,
    legal_basis="HD 727/HD-NHCS; QĐ 50/2010/QĐ-TTg",
    title_vi="Nợ quá hạn chưa được xử lý",
    title_en="Overdue debt not worked on",
    reason_vi="Nợ quá hạn từ {overdue_since}; từ {since} chưa làm việc với hộ.",
    reason_en="Overdue since {overdue_since}; nobody has worked on it since {since}.",
    limit_vi="Phải làm việc với hộ trong {days} ngày.",
    limit_en="Somebody must work on it within {days} days.",
    runbook_vi="Làm việc với hộ và lập biên bản; thu nợ, gia hạn, khoanh nợ hoặc thu hồi.",
    runbook_en="Meet the borrower and record it; collect, extend, freeze or recall.",
    needs=(LoanBecameOverdue,),
    check=check,
)
