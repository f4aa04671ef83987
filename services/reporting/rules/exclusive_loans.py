"""Misuse: a household holds two loans at once that may not be held together."""

from collections.abc import Iterator, Sequence
from datetime import date
from functools import partial
from itertools import combinations
from typing import Any

from services.loans.events import LoanApplied
from services.reporting.domain.clocks import Clocks
from services.reporting.domain.dossier import Case, Dossier
from services.reporting.domain.facts import Fact, ids, until
from services.reporting.domain.holdings import asked_for, money_facts
from services.reporting.domain.intervals import About, Held, Interval, Kind, Severity, Subject, runs
from services.reporting.domain.minimal import completing
from services.reporting.domain.money import outstanding
from services.reporting.domain.rule import Rule
from services.reporting.domain.rulebook import Rulebook
from shared.ids import text_of
from shared.policy.eligibility import ActiveLoan, excludes

CODE = "EXCLUSIVE_LOANS"


def check(dossier: Dossier, _: Rulebook, __: Clocks) -> Iterator[Interval]:
    """Open from the later disbursement until one of the loans is no longer active."""
    asked = [(said[-1].event, loan) for loan in dossier.loans if (said := loan.of(LoanApplied))]
    clashing = _clashing(asked)
    if not clashing:
        return
    about = About(
        subject=Subject("household", (text_of(dossier.household_id),)),
        household_id=dossier.household_id,
    )
    facts = money_facts(dossier.facts, [loan for _, loan in clashing])
    for run in runs([fact.on for fact in facts], partial(_judge, facts)):
        yield Interval(code=CODE, about=about, run=run)


def _clashing(asked: list[tuple[LoanApplied, Case]]) -> list[tuple[LoanApplied, Case]]:
    """Give the loans of which at least one other one may not be held with them."""
    if len(asked) < 2:  # noqa: PLR2004 - one loan excludes nothing
        return []
    if len({(one.programme, one.borrower_member_id.int) for one, _ in asked}) == 1:
        return []  # somebody's second loan of a programme excludes none
    held = [(ActiveLoan(one.programme, one.borrower_member_id), case) for one, case in asked]
    found = [pair for pair in combinations(held, 2) if excludes(pair[0][0], pair[1][0])]
    if not found:
        return []
    named = {case.id for pair in found for _, case in pair}
    return [(applied, case) for applied, case in asked if case.id in named]


def _judge(facts: Sequence[Fact[Any]], day: date) -> Held | None:
    known = until(facts, day)
    held = _held_together(known, day)
    if not held:
        return None
    loans = {case.id for _, case in held}
    anchor = completing(known, day, lambda part: bool(_held_together(part, day)))
    return Held(
        anchor=text_of(anchor.id),
        severity=Severity.HIGH,
        evidence=ids(fact for fact in known if fact.event.loan_id in loans),
        details={
            "programmes": ", ".join(sorted(applied.programme for applied, _ in held)),
        },
    )


def _held_together(facts: Sequence[Fact[Any]], day: date) -> list[tuple[LoanApplied, Case]]:
    active = [found for found in asked_for(facts) if outstanding(found[1], day) > 0]
    return _clashing(active)


RULE = Rule(
    code=CODE,
    version=1,
    kind=Kind.MISUSE,
    legal_basis="NĐ 78/2002/NĐ-CP; QĐ 15/2013/QĐ-TTg; QĐ 28/2015/QĐ-TTg; QĐ 17/2023/QĐ-TTg",
    title_vi="Hộ vay trùng chương trình loại trừ nhau",
    title_en="Loans that exclude each other",
    reason_vi="Hộ cùng lúc còn nợ các khoản vay không được vay chung: {programmes}.",
    reason_en="The household holds loans at once that exclude each other: {programmes}.",
    limit_vi=(
        "Một hộ không vay cùng lúc hai chương trình loại trừ nhau, hay một chương trình cho "
        "hai thành viên."
    ),
    limit_en=(
        "A household may not hold two programmes that exclude each other, nor one programme "
        "for two members."
    ),
    runbook_vi="Kiểm tra hồ sơ từng khoản; thu hồi khoản vay không đúng.",
    runbook_en="Check the papers of each loan; recall the one that should not have been made.",
    needs=(LoanApplied,),
    check=check,
)
