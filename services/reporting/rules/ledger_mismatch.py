"""Misuse: the debt that the household says it has is not the one in the bank's books."""

from collections.abc import Iterator, Sequence
from datetime import date
from functools import partial
from typing import Any

from services.loans.events import LoanUseInspected
from services.reporting.domain.clocks import Clocks
from services.reporting.domain.dossier import Case, Dossier
from services.reporting.domain.facts import Fact, ids, until
from services.reporting.domain.intervals import Held, Interval, Kind, Severity, runs
from services.reporting.domain.minimal import completing
from services.reporting.domain.money import moves, outstanding
from services.reporting.domain.rule import Rule
from services.reporting.domain.rulebook import Rulebook

CODE = "LEDGER_MISMATCH"


def check(dossier: Dossier, _: Rulebook, __: Clocks) -> Iterator[Interval]:
    """Open from a check that states another debt until one that agrees."""
    for loan in dossier.loans:
        stated = [
            fact for fact in loan.of(LoanUseInspected) if fact.event.stated_outstanding is not None
        ]
        if not stated:
            continue
        about = loan.about(dossier.household_id)
        for run in runs([fact.on for fact in stated], partial(_judge, loan, stated)):
            yield Interval(code=CODE, about=about, run=run)


def _judge(loan: Case, stated: list[Fact[LoanUseInspected]], day: date) -> Held | None:
    last = until(stated, day)[-1]
    said, owed = last.event.stated_outstanding or 0, outstanding(loan, last.on)
    if said == owed:
        return None

    def fires(facts: Sequence[Fact[Any]]) -> bool:
        return last in facts and outstanding(loan.part(facts), last.on) != said

    read = sorted((last, *moves(loan, last.on)), key=lambda fact: fact.order)
    return Held(
        anchor=str(completing(read, last.on, fires).id),
        severity=Severity.CRITICAL if said < owed else Severity.HIGH,
        evidence=ids(read),
        details={"inspected_on": last.on.isoformat(), "stated": said, "books": owed},
    )


RULE = Rule(
    code=CODE,
    version=1,
    kind=Kind.MISUSE,
    legal_basis="HD 727/HD-NHCS",
    title_vi="Dư nợ hộ khai khác sổ sách",
    title_en="Stated debt differs from the books",
    reason_vi="Ngày {inspected_on} hộ nói còn nợ {stated} đồng, sổ sách ghi {books} đồng.",
    reason_en="On {inspected_on} the household stated {stated} đồng; the books say {books} đồng.",
    limit_vi="Dư nợ hộ nói phải đúng bằng sổ sách cuối ngày kiểm tra.",
    limit_en="What the household states must equal the books at the end of the day of the check.",
    runbook_vi="Đối chiếu biên lai của hộ với sổ; nếu hộ đã trả thì tìm ai giữ tiền.",
    runbook_en="Compare the household's receipts with the books; if it paid, find who kept it.",
    needs=(LoanUseInspected,),
    check=check,
)
