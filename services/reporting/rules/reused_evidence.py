"""Misuse: one picture or paper serves as proof in several places, so it proves none of them."""

from collections.abc import Iterator, Sequence
from datetime import date
from functools import partial
from typing import Any, Literal
from uuid import UUID

from services.loans.events import LoanUseInspected
from services.reporting.domain.contributions import Contribution, OpenFinding
from services.reporting.domain.dossier import Dossier
from services.reporting.domain.facts import Fact
from services.reporting.domain.holdings import recovered_on
from services.reporting.domain.intervals import About, Held, Interval, Kind, Severity, Subject, runs
from services.reporting.domain.minimal import begun
from services.reporting.domain.rule import SubjectRule
from services.reporting.domain.rulebook import Rulebook
from services.sponsorship.events import VisitRecorded
from shared.ids import text_of

CODE = "REUSED_EVIDENCE"
EVIDENCE: Literal["evidence"] = "evidence"


def contribute(dossier: Dossier, _: Sequence[OpenFinding]) -> Iterator[Contribution]:
    """Name the hash of every file shown in a check of a loan or on a visit."""
    shown: list[Fact[Any]] = [
        *(fact for loan in dossier.loans for fact in loan.of(LoanUseInspected)),
        *(fact for each in dossier.assignments for fact in each.of(VisitRecorded)),
    ]
    for fact in shown:
        if not fact.event.evidence:
            continue
        loan_id = getattr(fact.event, "loan_id", None)
        for value in sorted({each.sha256 for each in fact.event.evidence}):
            yield Contribution(
                kind=EVIDENCE,
                subject=value,
                household_id=dossier.household_id,
                event_id=fact.id,
                order=fact.order,
                loan_id=loan_id,
                recovered_on=recovered_on(dossier.loan(loan_id)) if loan_id is not None else (),
            )


def check(value: str, given: list[Contribution], book: Rulebook) -> Iterator[Interval]:
    """Open from the second place on; only a correction ends it."""
    ordered = sorted(given, key=lambda each: each.order)
    needed = begun(ordered, partial(fires, book[CODE]))
    about = About(subject=Subject(EVIDENCE, (value,)))
    days = [each.on for each in ordered] if needed else []
    for run in runs(days, partial(_judge, ordered, needed, book[CODE])):
        yield Interval(code=CODE, about=about, run=run)


def _judge(
    ordered: Sequence[Contribution],
    needed: Sequence[Contribution],
    limits: dict[str, int],
    day: date,
) -> Held | None:
    if day < needed[-1].on:
        return None
    known = [each for each in ordered if each.on <= day]
    loans, visited = _places(known)
    homes = set(visited) if len(visited) >= limits["households"] else set()
    if len(loans) >= limits["loans"]:
        homes |= {each.household_id for each in known if each.loan_id is not None}
    return Held(
        anchor=text_of(needed[-1].event_id),
        severity=Severity.HIGH,
        evidence=tuple(each.event_id for each in needed),
        details={"loans": len(loans), "visited": len(visited)},
        households=tuple(sorted(homes)),
    )


def fires(limits: dict[str, int], known: Sequence[Contribution]) -> bool:
    """Tell whether checks of several loans, or visits of several households, show one file."""
    loans, visited = _places(known)
    return len(loans) >= limits["loans"] or len(visited) >= limits["households"]


def _places(known: Sequence[Contribution]) -> tuple[set[UUID], set[UUID]]:
    loans = {each.loan_id for each in known if each.loan_id is not None}
    visited = {each.household_id for each in known if each.loan_id is None}
    return loans, visited


RULE = SubjectRule(
    code=CODE,
    version=1,
    kind=Kind.MISUSE,
    legal_basis="HD 727/HD-NHCS",
    title_vi="Một bằng chứng dùng cho nhiều nơi",
    title_en="One piece of evidence used in several places",
    reason_vi="Cùng một tệp có trong kiểm tra của {loans} khoản vay và lần thăm của {visited} hộ.",
    reason_en="One file occurs in checks of {loans} loans and in visits of {visited} households.",
    limit_vi=(
        "Một tệp chỉ dùng cho một khoản vay hay một hộ: nghi vấn từ {loans} khoản hoặc "
        "{households} hộ."
    ),
    limit_en=(
        "A file is of one loan or one household: suspected from {loans} loans or {households}"
        " households."
    ),
    runbook_vi="Xác định ảnh hoặc giấy tờ thuộc nơi nào; kiểm tra lại tại các nơi còn lại.",
    runbook_en="Find out where the picture or paper belongs; check the other places again.",
    over=(EVIDENCE,),
    contribute=contribute,
    check=check,
)
