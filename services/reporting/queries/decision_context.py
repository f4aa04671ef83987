"""What a decision may ask: a finding as the views have it, and who is in its evidence."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Connection, text

from services.reporting.detection.finding_versions import Appearance
from services.reporting.domain.dossier import Dossier, fold
from services.reporting.domain.facts import Fact
from services.reporting.domain.rulebook import SHADOW
from services.reporting.domain.sources import REGISTRIES
from services.reporting.events import FindingSeen
from services.reporting.projections.reading import keys_behind
from services.reporting.projections.tables import LIVE
from shared.areas import Scope
from shared.projector.journal import read_journals

PEOPLE = (
    "confirmed_by",
    "approved_by",
    "decided_by",
    "reviewer_ids",
    "inspector",
    "visitor",
    "person_in_charge",
    "responsible",
    "payer",
)
"""The fields of events that name who did something."""

_APPEARANCE = msgspec.json.Decoder(Appearance)
_FINDING = text(
    f"SELECT body, owner FROM {LIVE}.findings WHERE finding_id = :finding_id"
    " AND from_on <= :day AND (until_on IS NULL OR :day < until_on)"
    f" AND position('{SHADOW}' in code) = 0"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """A finding that somebody wants to decide on."""

    shown: Appearance
    owner: str
    dossiers: tuple[Dossier, ...]
    evidence: tuple[Fact[Any], ...]

    @property
    def is_shared(self) -> bool:
        """Tell whether it is about a value that households share."""
        return "|" in self.owner

    @property
    def key(self) -> UUID:
        """Give what orders the decisions on it."""
        return self.shown.finding_id if self.is_shared else UUID(self.owner)

    @property
    def gone_on(self) -> date | None:
        """Give the day since when its condition holds no more."""
        return self.shown.closed_on if self.shown.status in ("cleared", "retracted") else None

    def lies_in(self, scope: Scope, days: Iterable[date]) -> bool:
        """Tell whether an area holds all its households on one of the days."""
        if scope.everything:
            return True
        about = self.shown.commune
        if not self.dossiers and about is not None:
            return any(scope.covers(about, day) for day in days)
        return bool(self.dossiers) and any(
            all(scope.covers(each.commune_on(day), day) for each in self.dossiers) for day in days
        )

    def people(self) -> frozenset[str]:
        """Name everybody who had a hand in its evidence."""
        return frozenset(who for fact in self.evidence for who in _people(fact))

    def seen(self) -> FindingSeen:
        """Say what it looks like."""
        shown = self.shown
        loans = {getattr(fact.event, "loan_id", None) for fact in self.evidence} | {shown.loan_id}
        return FindingSeen(
            kind=shown.kind,
            severity=shown.severity.word,
            opened_on=shown.opened_on,
            subject_type=shown.subject.type,
            subject_ids=shown.subject.ids,
            household_ids=shown.household_ids,
            evidence=shown.evidence,
            details=dict(shown.details),
            loan_ids=tuple(sorted(loan for loan in loans if loan is not None)),
            year=shown.year,
            loan_id=shown.loan_id,
            assignment_id=shown.assignment_id,
            group_id=shown.group_id,
            shared=self.owner if self.is_shared else None,
        )


class Known:
    """What reporting knows within one transaction; nothing where all is in memory."""

    def __init__(self, connection: Connection | None) -> None:
        self._connection = connection

    def finding(self, finding_id: UUID, *days: date) -> Watched | None:
        """Give a finding as it looks on the first of the days on which it is there."""
        if self._connection is None:
            return None
        for day in days:
            asked = {"finding_id": finding_id, "day": day}
            row = self._connection.execute(_FINDING, asked).one_or_none()
            if row is not None:
                return self._watched(_APPEARANCE.decode(bytes(row[0])), str(row[1]))
        return None

    def _watched(self, shown: Appearance, owner: str) -> Watched:
        if self._connection is None:
            raise TypeError("there are no journals in memory")
        keys = keys_behind(self._connection, shown)
        journals = read_journals(self._connection, keys, REGISTRIES)
        folded = {key: fold(key, journals.get(key, [])) for key in keys}
        dossiers = tuple(folded[key] for key in shown.household_ids)
        evidence = tuple(
            fact for each in folded.values() for fact in each.facts if fact.id in shown.evidence
        )
        return Watched(shown=shown, owner=owner, dossiers=dossiers, evidence=evidence)


def _people(fact: Fact[Any]) -> Iterable[str]:
    yield fact.actor.sub
    for name in PEOPLE:
        found = getattr(fact.event, name, None)
        if isinstance(found, str):
            yield found
        elif isinstance(found, tuple):
            yield from (str(each) for each in found)
