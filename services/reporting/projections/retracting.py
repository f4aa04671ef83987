"""When what several households share lost its ground: judged anew from their journals."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Connection

from services.reporting.detection.decided import Removed
from services.reporting.detection.detect import (
    contributions,
    findings,
    shared_findings,
    subject_findings,
)
from services.reporting.detection.finding_versions import appearances, open_findings
from services.reporting.detection.levels import against_loans, merged
from services.reporting.domain.contributions import Contribution, OpenFinding
from services.reporting.domain.dossier import Dossier, effective, fold
from services.reporting.domain.finding_state import is_decision
from services.reporting.domain.intervals import Interval
from services.reporting.domain.retraction import removed_on
from services.reporting.domain.rulebook import Rulebook
from services.reporting.domain.sources import REGISTRIES
from services.reporting.events import FindingSeen
from services.reporting.rules import FEEDING, SECOND
from services.reporting.rules.sponsor_orphaned import SPONSOR, dissolutions
from shared.projector.journal import read_journals
from shared.recorded import Recorded


def keys_behind(kind: str, subject: str, seen: FindingSeen) -> list[UUID]:
    """Name in whose journals the ground of a finding is: its households' and others'.

    A sponsor's end is in its own; what was decided on a shared finding, in that finding's.
    """
    others = [UUID(subject)] if kind == SPONSOR else []
    if seen.subject_type == "finding":
        others += [UUID(each) for each in seen.subject_ids]
    return [*seen.household_ids, *others]


def _found(dossier: Dossier, book: Rulebook) -> list[OpenFinding]:
    return open_findings(appearances(findings(dossier, book)))


def _given(key: UUID, known: Sequence[Recorded], book: Rulebook) -> Iterable[Contribution]:
    dossier = fold(key, known)
    yield from contributions(dossier, _found(dossier, book))
    yield from dissolutions(dossier.facts)


def removal(connection: Connection, book: Rulebook, known_at: datetime | None = None) -> Removed:
    """Give what dates the end of a finding's ground; it reads only where one is gone."""

    def removed(finding_id: UUID, _code: str, seen: FindingSeen) -> date | None:
        kind, _, subject = (seen.shared or "").partition("|")
        journals = read_journals(connection, keys_behind(kind, subject, seen), REGISTRIES)
        history = [
            each
            for own in journals.values()
            for each in own
            if known_at is None or each.meta.recorded_at <= known_at
        ]

        def judge(known: Sequence[Recorded]) -> list[Interval]:
            given: dict[tuple[str, str], list[Contribution]] = {}
            for key in journals:
                for each in _given(key, [each for each in known if each.meta.key == key], book):
                    given.setdefault((each.kind, each.subject), []).append(each)
            against = merged(
                against_loans(own, appearances(subject_findings(*name, own, book)))
                for name, own in given.items()
                if kind in SECOND and name[0] in FEEDING
            )
            own = given.get((kind, subject), [])
            said = [fact for fact in effective(known) if is_decision(fact.event)]
            return shared_findings(kind, subject, own, said, book, against)

        return removed_on(finding_id, history, judge)

    return removed
