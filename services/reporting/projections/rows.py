"""The rows of a household and of a subject, and the hash by which two views are compared. Pure."""

import hashlib
from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple
from uuid import UUID

from services.reporting.detection.decided import Removed, worked
from services.reporting.detection.detect import (
    annual_reviews,
    contributions,
    findings,
    followed_up,
    shared_findings,
)
from services.reporting.detection.finding_versions import Appearance, appearances, open_findings
from services.reporting.detection.levels import ByLoan
from services.reporting.domain.annual import Reviewed
from services.reporting.domain.clocks import Pause, clocks_for
from services.reporting.domain.contributions import Contribution
from services.reporting.domain.dossier import Dossier, effective, fold
from services.reporting.domain.finding_state import Decision, Given, is_decision, shared_decisions
from services.reporting.domain.intervals import Interval
from services.reporting.domain.retraction import removed_on
from services.reporting.domain.rulebook import Rulebook
from services.reporting.events import FindingSeen
from services.reporting.figures.build import Figures, figures_of
from services.reporting.rules.sponsor_orphaned import dissolutions
from shared.areas import Commune
from shared.codec import canonical
from shared.recorded import Recorded

MODULUS = 1 << 256


class Residence(NamedTuple):
    """Where a household lived, from a day until the day before another."""

    from_on: date
    until_on: date | None
    commune: Commune


Contributed = Contribution | Decision | Reviewed

Shown = tuple[Appearance, bytes]
"""An appearance and its canonical bytes."""


class Content(NamedTuple):
    """What the views hold about one household, before it is written down."""

    homes: tuple[Residence, ...]
    shown: list[Appearance]
    given: list[Contributed]


class Rows(NamedTuple):
    """Everything the views hold about one household."""

    key: UUID
    residences: tuple[Residence, ...]
    findings: tuple[Shown, ...]
    contributions: tuple[tuple[Contributed, bytes], ...]
    figures: Figures | None
    digest: bytes


def household_content(
    dossier: Dossier,
    book: Rulebook,
    pauses: Sequence[Pause] = (),
    history: Sequence[Recorded] = (),
) -> Content | None:
    """Give what the rows of a household say; None where nothing is known of it any more.

    `history` is what its facts were before corrections: it dates what was retracted.
    """
    if not dossier.facts:
        return None
    found = appearances(findings(dossier, book, pauses))
    own = _worked(dossier, found, book, pauses, history)
    clocks = clocks_for(dossier.residences, pauses)
    parts: list[Contributed] = [*contributions(dossier, open_findings(own), clocks)]
    parts += annual_reviews(dossier)
    return Content(tuple(_residences(dossier)), own, parts)


def household_rows(
    dossier: Dossier,
    book: Rulebook,
    pauses: Sequence[Pause] = (),
    history: Sequence[Recorded] = (),
) -> Rows | None:
    """Give the rows of a household, from what is said above."""
    found = household_content(dossier, book, pauses, history)
    if found is None:
        return None
    homes, own, parts = found
    shown = tuple(_encoded(own))
    parts.sort(key=_place)
    given = tuple((each, canonical(each)) for each in parts)
    # every fact counts towards the digest, also one that no rule looks at
    facts = [(fact.id, fact.on) for fact in dossier.facts]
    figures = figures_of(dossier)
    bodies = (*(body for _, body in shown), *(body for _, body in given), figures.body)
    content = [facts, homes, figures.stays]
    digest = hashed("household", str(dossier.household_id), content, bodies)
    return Rows(dossier.household_id, homes, shown, given, figures, digest)


def _worked(
    dossier: Dossier,
    found: list[Appearance],
    book: Rulebook,
    pauses: Sequence[Pause],
    history: Sequence[Recorded],
) -> list[Appearance]:
    given = [Given(each.order, each.event) for each in dossier.facts if is_decision(each.event)]
    if not given:
        return found

    def judge(known: Sequence[Recorded]) -> Iterable[Interval]:
        return findings(fold(dossier.household_id, known), book, pauses)

    def removed(finding_id: UUID, _code: str, _seen: FindingSeen) -> date | None:
        return removed_on(finding_id, history, judge)

    return worked(found, given, removed)


def key_rows(key: UUID, history: Iterable[Recorded]) -> Rows | None:
    """Give the rows of what is no household: what it contributes to what households share.

    Of a finding that several share it is what was decided on it; of a sponsor, its end.
    """
    facts = effective(history)
    found: list[Contributed] = [*shared_decisions(facts), *dissolutions(facts)]
    if not found:
        return None
    given = tuple((each, canonical(each)) for each in found)
    digest = hashed("finding", str(key), None, (body for _, body in given))
    return Rows(key, (), (), given, None, digest)


def subject_rows(
    kind: str,
    subject: str,
    given: Iterable[Contributed],
    book: Rulebook,
    removed: Removed = lambda _id, _code, _seen: None,
    against: ByLoan | None = None,
) -> tuple[Shown, ...]:
    """Give the rows of the findings about a value that households share."""
    all_given = list(given)
    facts = [each for each in all_given if isinstance(each, Contribution)]
    decisions = [each for each in all_given if isinstance(each, Decision)]
    decided = sorted((each.fact for each in decisions), key=lambda fact: fact.order)
    found = appearances(shared_findings(kind, subject, facts, decided, book, against))
    return tuple(_encoded(worked(found, (each.given for each in decisions), removed)))


def year_rows(
    found: Iterable[Interval], decisions: Iterable[Decision], book: Rulebook
) -> tuple[Shown, ...]:
    """Give the rows of the findings about the counts of a year, of one subject."""
    given = list(decisions)
    decided = sorted((each.fact for each in given), key=lambda fact: fact.order)
    own = list(found)
    shown = appearances([*own, *followed_up(own, [], decided, book)])
    return tuple(_encoded(worked(shown, (each.given for each in given), _unknown)))


def _unknown(_id: UUID, _code: str, _seen: FindingSeen) -> None:
    """Date no end: no journal alone tells what many counts have lost; the last decision does."""


def hashed(kind: str, name: str, content: object, bodies: Iterable[bytes] = ()) -> bytes:
    """Give the hash of what the views hold about one thing; bodies are JSON, so lines part them."""
    whole = hashlib.sha256(canonical([kind, name, content]))
    whole.update(b"".join([b"\n" + body for body in bodies]))
    return whole.digest()


def owner_of(kind: str, subject: str) -> str:
    """Name whose rows a subject's findings are."""
    return f"{kind}|{subject}"


def _residences(dossier: Dossier) -> Iterable[Residence]:
    ends: list[date | None] = [day for day, _ in dossier.residences[1:]]
    # the last one lasts; one longer than the residences where there are none
    for (start, commune), end in zip(dossier.residences, [*ends, None], strict=False):
        if commune is not None and start != end:
            yield Residence(start, end, commune)


def _encoded(shown: Iterable[Appearance]) -> Iterable[Shown]:
    for each in sorted(shown, key=lambda each: (each.code, each.finding_id.int, each.from_on)):
        yield each, canonical(each)


def _place(given: Contributed) -> tuple[str, str, UUID]:
    return (given.kind, given.subject, given.event_id)


__all__ = [
    "MODULUS",
    "Content",
    "Contributed",
    "Residence",
    "Rows",
    "hashed",
    "household_content",
    "household_rows",
    "key_rows",
    "owner_of",
    "subject_rows",
    "year_rows",
]
