"""Stalled: somebody was to explain a finding by a date and did not."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any
from uuid import UUID

from services.reporting.domain.clocks import Clocks
from services.reporting.domain.contributions import Contribution
from services.reporting.domain.dossier import Dossier
from services.reporting.domain.facts import Fact
from services.reporting.domain.intervals import About, Detail, Interval, Kind, Severity, Subject
from services.reporting.domain.rule import Rule
from services.reporting.domain.rulebook import Rulebook
from services.reporting.domain.waits import Wait, first_of, waiting, waiting_together
from services.reporting.events import (
    ExplanationGiven,
    ExplanationRequested,
    FindingConfirmed,
    FindingDecision,
    FindingDismissed,
    FindingRemedied,
    FindingSeen,
)

CODE = "FINDING_UNANSWERED"
ANSWERS = (ExplanationGiven, FindingConfirmed, FindingDismissed, FindingRemedied)


def check(dossier: Dossier, book: Rulebook, clocks: Clocks) -> Iterator[Interval]:
    """Open from the day after the deadline until it is explained or decided on."""
    for request, _ in _requests(dossier.facts):
        wait = _wait(book, request, dossier.facts, dossier.household_id)
        yield from waiting(wait, clocks)


def check_shared(
    _: Sequence[Interval],
    given: Sequence[Contribution],
    decided: Sequence[Fact[FindingDecision]],
    book: Rulebook,
) -> Iterator[Interval]:
    """Say the same of a finding that several households share."""
    for request, seen in _requests(decided):
        if seen is not None:
            wait = _wait(book, request, decided, None)
            yield from waiting_together(wait, given, seen.household_ids)


def _requests(
    facts: Iterable[Fact[Any]],
) -> Iterator[tuple[Fact[ExplanationRequested], FindingSeen | None]]:
    for fact in facts:
        if isinstance(fact.event, ExplanationRequested):
            yield fact, fact.event.seen


def _wait(
    book: Rulebook,
    request: Fact[ExplanationRequested],
    facts: Iterable[Fact[Any]],
    household_id: UUID | None,
) -> Wait:
    about, seen = request.event.finding_id, request.event.seen
    answered = [fact.on for fact in facts if fact.order > request.order and _answers(fact, about)]
    return Wait(
        code=CODE,
        about=About(
            subject=Subject("finding", (str(about),)),
            household_id=household_id,
            loan_id=seen.loan_id if seen is not None else None,
            assignment_id=seen.assignment_id if seen is not None else None,
        ),
        by=request,
        since=request.event.until,
        days=book[CODE]["days"],
        ends=first_of(answered),
        severity=Severity.MEDIUM,
        details={
            "requested_on": request.on.isoformat(),
            "until": request.event.until.isoformat(),
            **_place_of(seen),
        },
    )


def _place_of(seen: FindingSeen | None) -> dict[str, Detail]:
    """Say where it is, where the finding is about a commune as a whole."""
    details = seen.details if seen is not None else {}
    return {name: details[name] for name in ("commune", "commune_from") if name in details}


def _answers(fact: Fact[Any], finding: object) -> bool:
    return isinstance(fact.event, ANSWERS) and fact.event.finding_id == finding


RULE = Rule(
    code=CODE,
    version=1,
    kind=Kind.STALLED,
    legal_basis="HD 727/HD-NHCS",
    title_vi="Chưa giải trình đúng hạn",
    title_en="Explanation overdue",
    reason_vi="Yêu cầu giải trình ngày {requested_on}, hạn {until}, chưa có giải trình.",
    reason_en="An explanation asked for on {requested_on} was due on {until} and not given.",
    limit_vi="Phải giải trình trong {days} ngày sau hạn.",
    limit_en="It must be given within {days} days of its due date.",
    runbook_vi="Giải trình ngay; hoặc người kiểm tra kết luận trên những gì đã có.",
    runbook_en="Explain it now, or let the inspector decide on what there is.",
    needs=(ExplanationRequested,),
    check=check,
    check_shared=check_shared,
)
