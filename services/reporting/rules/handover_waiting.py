"""Stalled: a sponsor asked another one to take over and got no answer."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from services.households.events import HouseholdClosed
from services.reporting.domain.clocks import Clocks
from services.reporting.domain.dossier import Case, Dossier
from services.reporting.domain.facts import Fact
from services.reporting.domain.intervals import About, Interval, Kind, Severity, Subject
from services.reporting.domain.rule import Rule
from services.reporting.domain.rulebook import Rulebook
from services.reporting.domain.waits import Wait, ends_of, first_of, sponsors, waiting
from services.sponsorship.events import HandoverAccepted, HandoverOffered, HandoverRefused
from shared.ids import text_of

CODE = "HANDOVER_WAITING"


def check(dossier: Dossier, book: Rulebook, clocks: Clocks) -> Iterator[Interval]:
    """Open until the oldest offer is accepted or refused, or the assignment ends."""
    for assignment in dossier.assignments:
        for offer, answered in _offers(assignment):
            wait = Wait(
                code=CODE,
                about=About(
                    subject=Subject("assignment", (text_of(assignment.id),)),
                    household_id=dossier.household_id,
                    assignment_id=assignment.id,
                ),
                by=offer,
                since=offer.on,
                days=book[CODE]["days"],
                ends=first_of(
                    answered, ends_of(assignment), dossier.household.days(HouseholdClosed)
                ),
                severity=Severity.MEDIUM,
                details={"offered_on": offer.on.isoformat()},
                later=sponsors(assignment),
            )
            yield from waiting(wait, clocks)


def _offers(assignment: Case) -> Iterator[tuple[Fact[HandoverOffered], list[date]]]:
    """Give each offer that was the oldest one unanswered, and when it was answered."""
    facts: list[Fact[Any]] = [
        *assignment.of(HandoverOffered),
        *assignment.of(HandoverAccepted),
        *assignment.of(HandoverRefused),
    ]
    oldest: Fact[HandoverOffered] | None = None
    for fact in sorted(facts, key=lambda fact: fact.order):
        if isinstance(fact.event, HandoverOffered):
            oldest = oldest or fact
        elif oldest is not None:
            yield oldest, [fact.on]
            oldest = None
    if oldest is not None:
        yield oldest, []


RULE = Rule(
    code=CODE,
    version=1,
    kind=Kind.STALLED,
    legal_basis="Phân công giúp đỡ hộ nghèo của tỉnh",
    title_vi="Đề nghị chuyển giao chưa được trả lời",
    title_en="Handover without an answer",
    reason_vi="Đề nghị chuyển giao việc giúp đỡ hộ ngày {offered_on}, chưa nhận hay từ chối.",
    reason_en="A handover offered on {offered_on} was neither accepted nor refused.",
    limit_vi="Phải nhận hoặc từ chối trong {days} ngày.",
    limit_en="It must be accepted or refused within {days} days.",
    runbook_vi="Bên được đề nghị nhận hoặc từ chối; nếu không, kết thúc phân công.",
    runbook_en="Let the other sponsor accept or refuse, or end the assignment.",
    also_for=frozenset({"sponsor"}),
    needs=(HandoverOffered,),
    check=check,
)
