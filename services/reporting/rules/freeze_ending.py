"""Stalled: the rest of a frozen debt is ending and nothing is arranged for what follows."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from functools import partial

from services.loans.events import LoanExtended, LoanFrozen, LoanWrittenOff
from services.reporting.domain.clocks import Clocks
from services.reporting.domain.dossier import Case, Dossier
from services.reporting.domain.facts import Fact
from services.reporting.domain.intervals import Held, Interval, Kind, Severity, runs
from services.reporting.domain.money import MOVES, outstanding
from services.reporting.domain.rule import Rule
from services.reporting.domain.rulebook import Rulebook
from shared.ids import text_of

CODE = "FREEZE_ENDING"


def check(dossier: Dossier, book: Rulebook, _: Clocks) -> Iterator[Interval]:
    """Open before the end and after it, until it is extended, written off, paid or frozen anew."""
    limits = book[CODE]
    for loan in dossier.loans:
        if not loan.of(LoanFrozen):
            continue
        about = loan.about(dossier.household_id)
        for number, frozen in enumerate(loan.of(LoanFrozen)):
            until = frozen.event.until
            opens = max(frozen.on, until - timedelta(days=limits["days_before"]))
            urgent = until - timedelta(days=limits["high_days_before"])
            days = {opens, urgent, *loan.days(LoanExtended, LoanFrozen, *MOVES)}
            later = loan.of(LoanFrozen)[number + 1 :]
            if later:
                days = {day for day in days if day <= later[0].on}
            judge = partial(_judge, loan, frozen, later, (opens, urgent))
            for run in runs(days, judge):
                yield Interval(code=CODE, about=about, run=run)


def _judge(
    loan: Case,
    frozen: Fact[LoanFrozen],
    later: Sequence[Fact[LoanFrozen]],
    limits: tuple[date, date],
    day: date,
) -> Held | None:
    opens, urgent = limits
    if day < opens or outstanding(loan, day) <= 0 or any(fact.on <= day for fact in later):
        return None
    if any(frozen.on <= when <= day for when in loan.days(LoanExtended, LoanWrittenOff)):
        return None
    severity = Severity.HIGH if urgent <= day else Severity.LOW
    details: dict[str, int | str] = {
        "frozen_on": frozen.on.isoformat(),
        "until": frozen.event.until.isoformat(),
    }
    return Held(text_of(frozen.id), severity, (frozen.id,), details)


RULE = Rule(
    code=CODE,
    version=1,
    kind=Kind.STALLED,
    legal_basis="QĐ 50/2010/QĐ-TTg; QĐ 08/2021/QĐ-TTg",
    title_vi="Nợ khoanh sắp hết hạn",
    title_en="Freeze ending",
    reason_vi="Nợ khoanh từ {frozen_on}, hết hạn {until}; chưa có hướng xử lý tiếp theo.",
    reason_en="Frozen from {frozen_on} until {until}; nothing is arranged for what follows.",
    limit_vi=(
        "Phải xử lý từ {days_before} ngày trước khi hết hạn; mức cao từ {high_days_before} ngày."
    ),
    limit_en=(
        "To be arranged from {days_before} days before the end; high from {high_days_before} "
        "days before it."
    ),
    runbook_vi="Xét khả năng trả nợ; thu nợ, gia hạn, khoanh tiếp hoặc đề nghị xóa nợ.",
    runbook_en="Look at what can be paid; collect, extend, freeze again or propose a write-off.",
    needs=(LoanFrozen,),
    clock_stops=False,
    check=check,
)
