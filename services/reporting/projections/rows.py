"""The rows of a household and of a subject, and the hash by which two views are compared. Pure."""

import hashlib
from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple
from uuid import UUID

from services.reporting.appearances import Appearance, appearances
from services.reporting.clocks import Pause
from services.reporting.contributions import Contribution
from services.reporting.detection import contributions, findings, subject_findings
from services.reporting.dossier import Dossier
from services.reporting.rulebook import Rulebook
from shared.areas import Commune
from shared.codec import canonical

MODULUS = 1 << 256


class Residence(NamedTuple):
    """Where a household lived, from a day until the day before another."""

    from_on: date
    until_on: date | None
    commune: Commune


Shown = tuple[Appearance, bytes]
"""An appearance and its canonical bytes."""


class Rows(NamedTuple):
    """Everything the views hold about one household."""

    key: UUID
    residences: tuple[Residence, ...]
    findings: tuple[Shown, ...]
    contributions: tuple[tuple[Contribution, bytes], ...]
    digest: bytes


def household_rows(dossier: Dossier, book: Rulebook, pauses: Sequence[Pause] = ()) -> Rows | None:
    """Give the rows of a household; None where nothing is known of it any more."""
    if not dossier.facts:
        return None
    homes = tuple(_residences(dossier))
    shown = tuple(_encoded(appearances(findings(dossier, book, pauses))))
    given = tuple((each, canonical(each)) for each in sorted(contributions(dossier), key=_place))
    # every fact counts towards the digest, also one that no rule looks at
    facts = [(fact.id, fact.on) for fact in dossier.facts]
    bodies = (*(body for _, body in shown), *(body for _, body in given))
    digest = hashed("household", str(dossier.household_id), [facts, homes], bodies)
    return Rows(dossier.household_id, homes, shown, given, digest)


def subject_rows(
    kind: str, subject: str, given: Iterable[Contribution], book: Rulebook
) -> tuple[Shown, ...]:
    """Give the rows of the findings about a value that households share."""
    return tuple(_encoded(appearances(subject_findings(kind, subject, list(given), book))))


def hashed(kind: str, name: str, content: object, bodies: Iterable[bytes] = ()) -> bytes:
    """Give the hash of what the views hold about one thing; bodies are JSON, so lines part them."""
    whole = hashlib.sha256(canonical([kind, name, content]))
    for body in bodies:
        whole.update(b"\n")
        whole.update(body)
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
    for each in sorted(shown, key=lambda each: (each.code, each.finding_id, each.from_on)):
        yield each, canonical(each)


def _place(given: Contribution) -> tuple[str, str, UUID]:
    return (given.kind, given.subject, given.event_id)


__all__ = ["MODULUS", "Residence", "Rows", "hashed", "household_rows", "owner_of", "subject_rows"]
