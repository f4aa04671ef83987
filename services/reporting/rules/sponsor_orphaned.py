"""Stalled: the sponsor of a household is no more, and nobody has taken its place."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any
from uuid import UUID

from services.households.events import HouseholdClosed
from services.reporting.domain.clocks import Clocks
from services.reporting.domain.contributions import Contribution, Ground, OpenFinding
from services.reporting.domain.dossier import Case, Dossier
from services.reporting.domain.facts import Fact
from services.reporting.domain.intervals import About, Interval, Kind, Run, Severity, Step, Subject
from services.reporting.domain.rule import SubjectRule, SubjectType
from services.reporting.domain.rulebook import Rulebook
from services.reporting.domain.waits import ends_of, first_of
from services.sponsorship.events import HandoverAccepted, SponsorAssigned, SponsorDissolved
from shared.ids import text_of

CODE = "SPONSOR_ORPHANED"
SPONSOR: SubjectType = "sponsor"


def contribute(dossier: Dossier, _: Sequence[OpenFinding]) -> Iterator[Contribution]:
    """Name every sponsor that took over, until another did, the end, or the household closed."""
    closed = dossier.household.days(HouseholdClosed)
    for assignment in dossier.assignments:
        made = assignment.of(SponsorAssigned)
        if not made:
            continue
        ends = [*ends_of(assignment), *closed]
        takers = _takers(assignment, made[0])
        for number, taker in enumerate(takers):
            following = [each.on for each in takers[number + 1 : number + 2]]
            until = first_of(ends, following)
            if until is not None and until <= taker.on:
                continue
            grounds = () if taker is made[0] else (Ground(made[0].id, made[0].order),)
            yield Contribution(
                kind=SPONSOR,
                subject=text_of(taker.event.sponsor_id),
                household_id=dossier.household_id,
                event_id=taker.id,
                order=taker.order,
                until=until,
                assignment_id=assignment.id,
                grounds=grounds,
            )


def dissolutions(facts: Iterable[Fact[Any]]) -> Iterator[Contribution]:
    """Give what a sponsor's own journal contributes: that it is no more."""
    for fact in facts:
        if isinstance(fact.event, SponsorDissolved):
            yield Contribution(
                kind=SPONSOR,
                subject=str(fact.event.sponsor_id),
                household_id=fact.event.sponsor_id,
                event_id=fact.id,
                order=fact.order,
            )


def _takers(assignment: Case, made: Fact[SponsorAssigned]) -> list[Fact[Any]]:
    """Give who answered for the household one after the other, from its assignment on."""
    takers: list[Fact[Any]] = [made, *assignment.of(HandoverAccepted)]
    return sorted((each for each in takers if made.order <= each.order), key=lambda one: one.order)


def check(value: str, given: list[Contribution], book: Rulebook) -> Iterator[Interval]:
    """Open from the day after the later of the sponsor's end and its taking over."""
    ordered = sorted(given, key=lambda each: each.order)
    ended = next((each for each in ordered if each.assignment_id is None), None)
    if ended is None:
        return
    for taken in ordered:
        if taken.assignment_id is not None:
            yield from _orphaned(value, taken, taken.assignment_id, ended, book[CODE]["days"])


def _orphaned(
    sponsor: str, taken: Contribution, assignment_id: UUID, ended: Contribution, days: int
) -> Iterator[Interval]:
    last = max(taken, ended, key=lambda each: each.order)
    opens = Clocks(taken.paused).first_day_beyond(CODE, last.on, days)
    if taken.until is not None and taken.until <= opens:
        return
    grounds = sorted(
        (*taken.grounds, *(Ground(each.event_id, each.order) for each in (taken, ended))),
        key=lambda ground: ground.order,
    )
    details: dict[str, str | int] = {"dissolved_on": ended.on.isoformat(), "sponsor_id": sponsor}
    step = Step(opens, Severity.HIGH, tuple(ground.event_id for ground in grounds), details)
    about = About(
        subject=Subject("assignment", (str(assignment_id),)),
        household_id=taken.household_id,
        assignment_id=assignment_id,
    )
    run = Run(str(last.event_id), opens, taken.until, (step,))
    yield Interval(code=CODE, about=about, run=run)


RULE = SubjectRule(
    code=CODE,
    version=1,
    kind=Kind.STALLED,
    legal_basis="Phân công giúp đỡ hộ nghèo của tỉnh",
    title_vi="Đơn vị giúp đỡ đã giải thể, hộ chưa có đơn vị khác",
    title_en="Sponsor dissolved, nobody has taken over",
    reason_vi="Đơn vị giúp đỡ giải thể ngày {dissolved_on}; chưa ai nhận thay.",
    reason_en="The sponsor was dissolved on {dissolved_on}; nobody has taken over since.",
    limit_vi="Phải có đơn vị nhận thay trong {days} ngày sau khi giải thể.",
    limit_en="Another must take over within {days} days of the dissolution.",
    runbook_vi="Chuyển giao cho đơn vị khác, hoặc kết thúc phân công và phân công lại.",
    runbook_en="Hand over to another sponsor, or end the assignment and make a new one.",
    also_for=frozenset({"sponsor"}),
    over=(SPONSOR,),
    contribute=contribute,
    check=check,
)
