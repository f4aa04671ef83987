"""Stalled: the bank wants money back before its time, and the date for it has passed."""

from collections.abc import Iterator
from datetime import date
from functools import partial

from services.loans.events import RecallCollected, RecallOrdered
from services.reporting.domain.clocks import Clocks
from services.reporting.domain.dossier import Case, Dossier
from services.reporting.domain.facts import Fact
from services.reporting.domain.intervals import About, Held, Interval, Kind, Severity, Subject, runs
from services.reporting.domain.money import MOVES, outstanding
from services.reporting.domain.rule import Rule
from services.reporting.domain.rulebook import Rulebook
from shared.ids import text_of

CODE = "RECALL_UNPAID"


def check(dossier: Dossier, book: Rulebook, clocks: Clocks) -> Iterator[Interval]:
    """Open until all of the recall is collected, or nothing is owed any more."""
    for loan in dossier.loans:
        for recall in loan.of(RecallOrdered):
            due = clocks.first_day_beyond(CODE, recall.event.due_on, book[CODE]["days"])
            opens = max(due, recall.on)
            about = About(
                subject=Subject("recall", (text_of(recall.event.recall_id),)),
                household_id=dossier.household_id,
                loan_id=loan.id,
            )
            for run in runs({opens, *loan.days(*MOVES)}, partial(_judge, loan, recall, opens)):
                yield Interval(code=CODE, about=about, run=run)


def _judge(loan: Case, recall: Fact[RecallOrdered], opens: date, day: date) -> Held | None:
    if day < opens or outstanding(loan, day) <= 0:
        return None
    came = sum(
        fact.event.amount
        for fact in loan.of(RecallCollected)
        if fact.event.recall_id == recall.event.recall_id and fact.on <= day
    )
    if recall.event.amount <= came:
        return None
    details: dict[str, int | str] = {
        "due_on": recall.event.due_on.isoformat(),
        "amount": recall.event.amount,
        "collected": came,
    }
    return Held(text_of(recall.id), Severity.HIGH, (recall.id,), details)


RULE = Rule(
    code=CODE,
    version=1,
    kind=Kind.STALLED,
    legal_basis="NĐ 78/2002/NĐ-CP; HD 727/HD-NHCS",
    title_vi="Thu hồi nợ trước hạn chưa đủ",
    title_en="Recall unpaid",
    reason_vi="Thu hồi {amount} đồng, hạn {due_on}, mới thu {collected} đồng.",
    reason_en="A recall of {amount} đồng was due on {due_on}; {collected} đồng came.",
    limit_vi="Phải thu đủ trong {days} ngày sau hạn.",
    limit_en="All of it must come within {days} days of its due date.",
    runbook_vi="Thu đủ và ghi nhận; nếu hộ không trả được thì lập biên bản, đề nghị xử lý.",
    runbook_en="Collect it all and record so; if it cannot be paid, record why and propose relief.",
    needs=(RecallOrdered,),
    check=check,
)
