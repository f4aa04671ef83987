"""Integrity: visits that were hardly made: too many in a day, or told in the same words."""

from collections.abc import Iterator, Sequence
from datetime import date
from functools import partial
from uuid import UUID

from services.reporting.domain.contributions import Contribution, OpenFinding
from services.reporting.domain.dossier import Dossier
from services.reporting.domain.intervals import About, Held, Interval, Kind, Severity, Subject, runs
from services.reporting.domain.minimal import begun
from services.reporting.domain.rule import SubjectRule, SubjectType
from services.reporting.domain.rulebook import Rulebook
from services.sponsorship.events import VisitRecorded
from shared.areas import at
from shared.ids import text_of

CODE = "GHOST_VISIT"
VISITOR_DAY: SubjectType = "visitor_day"
NOTE: SubjectType = "note"
_BETWEEN = "|"


def contribute(dossier: Dossier, _: Sequence[OpenFinding]) -> Iterator[Contribution]:
    """Name the visitor and the day of every visit, and the words with which it was told."""
    for assignment in dossier.assignments:
        for fact in assignment.of(VisitRecorded):
            home = dossier.commune_on(fact.on)
            commune = at(home, fact.on) if home is not None else None
            visit = fact.event
            subjects = [(VISITOR_DAY, f"{visit.visitor}{_BETWEEN}{fact.on.isoformat()}")]
            if visit.note_ref is not None:
                subjects.append((NOTE, visit.note_ref))
            for kind, subject in subjects:
                yield Contribution(
                    kind=kind,
                    subject=subject,
                    household_id=dossier.household_id,
                    event_id=fact.id,
                    order=fact.order,
                    commune=commune.code if commune is not None else None,
                )


def check(value: str, given: list[Contribution], book: Rulebook) -> Iterator[Interval]:
    """Open from the visit that was one too many; only a correction ends it."""
    ordered = sorted(given, key=lambda each: each.order)
    of_day = ordered[0].kind == VISITOR_DAY
    needed = begun(ordered, partial(_too_many if of_day else _same_words, book[CODE]))
    if not needed:
        return
    names = tuple(value.rsplit(_BETWEEN, 1)) if of_day else (value,)
    about = About(subject=Subject(ordered[0].kind, names))
    judge = partial(_judge, ordered, needed, book[CODE])
    for run in runs([each.on for each in ordered], judge):
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
    of_day = known[0].kind == VISITOR_DAY
    homes = {each.household_id for each in known} if of_day else told_alike(limits, known)
    return Held(
        anchor=text_of(needed[-1].event_id),
        severity=Severity.MEDIUM,
        evidence=tuple(each.event_id for each in needed),
        details={"households": len(homes), "on": needed[-1].on.isoformat()},
        households=tuple(sorted(homes)),
    )


def _too_many(limits: dict[str, int], known: Sequence[Contribution]) -> bool:
    communes = {each.commune for each in known} - {None}
    return len(communes) > limits["communes"] or len(known) > limits["visits"]


def _same_words(limits: dict[str, int], known: Sequence[Contribution]) -> bool:
    return bool(told_alike(limits, known))


def told_alike(limits: dict[str, int], known: Sequence[Contribution]) -> set[UUID]:
    """Give the households told of in the same words as enough others within a few days."""
    found: set[UUID] = set()
    start = taken = 0
    for number, last in enumerate(known):
        while (last.on - known[start].on).days > limits["within_days"]:
            start += 1
        near = {each.household_id for each in known[start : number + 1]}
        if len(near) >= limits["households"]:
            found |= {each.household_id for each in known[max(start, taken) : number + 1]}
            taken = number + 1
    return found


RULE = SubjectRule(
    code=CODE,
    version=1,
    kind=Kind.INTEGRITY,
    legal_basis="Phân công giúp đỡ hộ nghèo của tỉnh",
    title_vi="Nghi thăm hộ khống",
    title_en="Visits that may not have been made",
    reason_vi="Lần thăm {households} hộ đến ngày {on}: quá nhiều một ngày, hoặc ghi giống nhau.",
    reason_en="Visits of {households} households by {on}: too many for a day, or told alike.",
    limit_vi=(
        "Một người một ngày quá {communes} xã hoặc quá {visits} lần thăm; hay {households} hộ"
        " ghi giống nhau trong {within_days} ngày."
    ),
    limit_en=(
        "By one person on one day more than {communes} communes or {visits} visits; or "
        "{households} households told alike within {within_days} days."
    ),
    runbook_vi="Gọi cho các hộ, hỏi có ai đến không; xem lại ghi chép của người đi thăm.",
    runbook_en="Ask the households whether anybody came; look at the visitor's notes.",
    over=(VISITOR_DAY, NOTE),
    contribute=contribute,
    check=check,
)
