"""Stalled: a sponsor asked for help with a difficulty and nobody has answered."""

from collections.abc import Iterator

from services.households.events import HouseholdClosed
from services.reporting.domain.clocks import Clocks
from services.reporting.domain.dossier import Dossier
from services.reporting.domain.intervals import About, Interval, Kind, Severity, Subject
from services.reporting.domain.rule import Rule
from services.reporting.domain.rulebook import Rulebook
from services.reporting.domain.waits import Wait, first_of, sponsors, waiting
from services.sponsorship.events import DifficultyRaised, DifficultyResolved

CODE = "DIFFICULTY_UNANSWERED"


def check(dossier: Dossier, book: Rulebook, clocks: Clocks) -> Iterator[Interval]:
    """Open until it is resolved, also after the assignment has ended."""
    limits = book[CODE]
    for assignment in dossier.assignments:
        for raised in assignment.of(DifficultyRaised):
            part = raised.event.difficulty_id
            wait = Wait(
                code=CODE,
                about=About(
                    subject=Subject("difficulty", (str(part),)),
                    household_id=dossier.household_id,
                    assignment_id=assignment.id,
                ),
                by=raised,
                since=raised.on,
                days=limits["days"],
                ends=first_of(
                    assignment.days_of(DifficultyResolved, difficulty_id=part),
                    dossier.household.days(HouseholdClosed),
                ),
                severity=Severity.MEDIUM,
                worse=((limits["high_from_days"], Severity.HIGH),),
                details={"raised_on": raised.on.isoformat()},
                later=sponsors(assignment),
            )
            yield from waiting(wait, clocks)


RULE = Rule(
    code=CODE,
    version=1,
    kind=Kind.STALLED,
    legal_basis="Phân công giúp đỡ hộ nghèo của tỉnh",
    title_vi="Khó khăn của hộ chưa được trả lời",
    title_en="Difficulty unanswered",
    reason_vi="Khó khăn nêu ngày {raised_on}, nơi được hỏi chưa giải quyết.",
    reason_en="A difficulty raised on {raised_on} has not been resolved by those asked.",
    limit_vi="Phải giải quyết trong {days} ngày; mức cao từ {high_from_days} ngày.",
    limit_en="It must be resolved within {days} days; high from {high_from_days} days.",
    runbook_vi="Nơi được hỏi giải quyết và ghi nhận kết quả.",
    runbook_en="Those who were asked resolve it and record the outcome.",
    also_for=frozenset({"sponsor"}),
    needs=(DifficultyRaised,),
    check=check,
)
