"""Stalled: money is owed and nothing has moved on the loan for months."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from functools import partial
from itertools import pairwise
from operator import attrgetter, itemgetter
from typing import Any

from services.loans.events import (
    DisbursementReversed,
    LoanApplied,
    LoanDisbursed,
    LoanFrozen,
    LoanWrittenOff,
    RecallCollected,
    RepaymentRecorded,
)
from services.reporting.domain.clocks import Clocks
from services.reporting.domain.debts import frozen_on
from services.reporting.domain.dossier import Case, Dossier
from services.reporting.domain.facts import Fact, Order
from services.reporting.domain.intervals import Held, Interval, Kind, Run, Severity, Step, runs
from services.reporting.domain.money import MOVES, outstanding
from services.reporting.domain.rule import Rule
from services.reporting.domain.rulebook import Rulebook
from shared.calendar import DAY
from shared.ids import text_of

CODE = "LOAN_INACTIVE"
TOUCHES: tuple[type[Any], ...] = (LoanDisbursed, RepaymentRecorded, RecallCollected)
UNSTEADY = {DisbursementReversed, LoanFrozen, LoanWrittenOff}
"""With one of these silences begin or debts end on days on which nothing moves."""

_order = attrgetter("order")
Touch = tuple[date, Order, Fact[Any], date, date | None]
"""A day on which something moved, the fact behind it, and from when until when that counts."""

Turns = tuple[date, date, date]
"""From when a silence is a finding, is high and is critical."""


def check(dossier: Dossier, book: Rulebook, clocks: Clocks) -> Iterator[Interval]:
    """Open until something is paid, nothing is owed any more, or the loan is frozen."""
    numbers = book[CODE]
    for loan in dossier.loans:
        if not loan.of(LoanDisbursed):
            continue
        limits = _limits(loan, numbers)
        turns = partial(_turns, clocks, limits)
        about = loan.about(dossier.household_id)
        if UNSTEADY.isdisjoint(loan.by_type):
            found = _silences(loan, limits, turns)
        else:
            days = set(_days(loan, limits, turns))
            found = runs(days, partial(_judge, loan, _touches(loan), turns))
        for run in found:
            yield Interval(code=CODE, about=about, run=run)


def _silences(
    loan: Case, limits: tuple[int, int, int], turns: Callable[[date], Turns]
) -> Iterator[Run]:
    """Give what `_judge` finds from day to day of a loan whose debt changes by what moves only."""
    touches: list[Fact[Any]] = []
    for kind in TOUCHES:
        touches += loan.of(kind)
    touches.sort(key=_order)
    ends: list[date | None] = [fact.on for fact in touches[1:]]
    ends.append(None)
    for last, end in zip(touches, ends, strict=True):
        if end is not None and (end - last.on).days <= limits[0]:
            continue
        owed = outstanding(loan, last.on)
        if owed <= 0:
            continue
        opens, high, critical = turned = turns(last.on)
        if end is not None and end <= opens:
            continue
        details: dict[str, int | str] = {"since": last.on.isoformat(), "outstanding": owed}
        evidence = (last.id,)
        steps = [
            Step(day, _severity(day, high, critical), evidence, details)
            for day in (turned if opens < high < critical else sorted(set(turned)))
            if opens <= day and (end is None or day < end)
        ]
        yield Run(text_of(last.id), opens, end, tuple(steps))


def _limits(loan: Case, limits: dict[str, int]) -> tuple[int, int, int]:
    """Give after how many days it opens, is high and is critical."""
    student = "HSSV" in [fact.event.programme for fact in loan.of(LoanApplied)]
    days = limits["student_days"] if student else limits["days"]
    return days, limits["high_from_days"], limits["critical_from_days"]


def _turns(clocks: Clocks, limits: tuple[int, int, int], start: date) -> Turns:
    """Give the days on which a silence that began on a day turns."""
    return (
        clocks.first_day_of(CODE, start, limits[0] + 1),
        clocks.first_day_of(CODE, start, limits[1]),
        clocks.first_day_of(CODE, start, limits[2]),
    )


def _days(
    loan: Case, limits: tuple[int, int, int], turns: Callable[[date], Turns]
) -> Iterator[date]:
    """Give the days on which the answer may change, none before the first long silence."""
    ends = _ends(loan)
    touched = sorted({*loan.days(*TOUCHES), *ends})
    quiet = timedelta(days=limits[0] + 1)
    starts = [one for one, other in pairwise(touched) if one + quiet < other]
    starts.append(touched[-1])
    if loan.of(DisbursementReversed):
        starts = touched  # a day that counted may count no more
    for start in starts:
        yield from turns(start)
    soonest = starts[0] + quiet
    for day in (*loan.days(*MOVES, LoanFrozen), *[day + DAY for day in ends]):
        if soonest <= day:
            yield day


def _ends(loan: Case) -> list[date]:
    return [fact.event.until for fact in loan.of(LoanFrozen)]


def _judge(
    loan: Case, touches: list[Touch], turns: Callable[[date], Turns], day: date
) -> Held | None:
    owed = outstanding(loan, day)
    if owed <= 0 or (LoanFrozen in loan.by_type and frozen_on(loan, day)):
        return None
    # there is a disbursement where money is owed
    since, last = next(
        (on, fact)
        for on, _, fact, known, until in touches
        if known <= day and (until is None or day < until)
    )
    opens, high, critical = turns(since)
    if day < opens:
        return None
    severity = _severity(day, high, critical)
    details: dict[str, int | str] = {
        "since": since.isoformat(),
        "outstanding": owed,
    }
    return Held(text_of(last.id), severity, (last.id,), details)


def _severity(day: date, high: date, critical: date) -> Severity:
    if day >= critical:
        return Severity.CRITICAL
    return Severity.HIGH if day >= high else Severity.MEDIUM


def _touches(loan: Case) -> list[Touch]:
    """Give what moved on the loan, the latest first."""
    found: list[Touch] = [
        (paid.on, paid.order, paid, paid.on, back) for paid, back in loan.ledger.paid
    ]
    for kind in (RepaymentRecorded, RecallCollected):
        found += [(fact.on, fact.order, fact, fact.on, None) for fact in loan.of(kind)]
    for frozen in loan.of(LoanFrozen):
        until = frozen.event.until
        found.append((until, frozen.order, frozen, max(until, frozen.on), None))
    found.sort(key=itemgetter(0, 1), reverse=True)
    return found


RULE = Rule(
    code=CODE,
    version=1,
    kind=Kind.STALLED,
    legal_basis="HD 727/HD-NHCS",
    title_vi="Món vay không hoạt động",
    title_en="Loan inactive",
    reason_vi="Còn nợ {outstanding} đồng; từ {since} không có giao dịch nào.",
    reason_en="{outstanding} đồng owed; nothing has moved since {since}.",
    limit_vi=(
        "Quá {days} ngày (học sinh sinh viên {student_days}); mức cao từ {high_from_days}, "
        "nghiêm trọng từ {critical_from_days} ngày."
    ),
    limit_en=(
        "Longer than {days} days (students {student_days}); high from {high_from_days}, "
        "critical from {critical_from_days} days."
    ),
    runbook_vi="Gặp hộ, xác định nguyên nhân; thu lãi, gia hạn hoặc đề nghị xử lý rủi ro.",
    runbook_en="Meet the household, find the cause; collect, extend or propose relief.",
    needs=(LoanDisbursed,),
    check=check,
)
