"""What reporting's tests ask of a history: its findings, and those open on a day."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any
from uuid import UUID

import msgspec

from services.reporting.detection.detect import contributions, cut, findings, subject_findings
from services.reporting.detection.finding_versions import Appearance, appearances, open_findings
from services.reporting.detection.levels import against_loans, merged
from services.reporting.domain.clocks import Pause
from services.reporting.domain.contributions import Contribution
from services.reporting.domain.dossier import Dossier, fold
from services.reporting.domain.intervals import Interval, Kind, Severity, Subject
from services.reporting.domain.rulebook import rulebook_on
from services.reporting.events import FindingSeen
from services.reporting.rules import FEEDING
from services.reporting.rules.sponsor_orphaned import dissolutions
from shared.recorded import Recorded
from tests.support.facts import DAY, HOME, LOAN, history, uid

BOOK = rulebook_on(DAY)


def misuse_of(*loans: UUID) -> FindingSeen:
    """How a finding of misuse in these loans looked to whoever decided on it."""
    return FindingSeen(
        kind="misuse",
        severity="high",
        opened_on=DAY,
        subject_type="payee",
        subject_ids=("h1:x",),
        household_ids=(uid("a"), uid("b")),
        evidence=(),
        details={},
        loan_ids=loans,
    )


def finding(code: str = "PIGGYBACK", kind: Kind = Kind.MISUSE, **more: Any) -> Appearance:
    """Give a finding as it is shown while nobody has decided on it."""
    shown = Appearance(
        finding_id=uid("finding"),
        from_on=DAY,
        until_on=None,
        code=code,
        kind=kind,
        severity=Severity.HIGH,
        status="open",
        opened_on=DAY,
        closed_on=None,
        subject=Subject("loan", (str(LOAN),)),
        year=None,
        household_ids=(HOME,),
        loan_id=LOAN,
        assignment_id=None,
        group_id=None,
        evidence=(),
        details={},
    )
    return msgspec.structs.replace(shown, **more)


def found_in(recorded: Iterable[Recorded], pauses: Sequence[Pause] = ()) -> list[Interval]:
    return findings(fold(HOME, recorded), BOOK, pauses)


def found(code: str, *events: Any, pauses: Sequence[Pause] = ()) -> list[Interval]:
    return [each for each in found_in(history(*events), pauses) if each.code == code]


def is_open(code: str, on: date, *events: Any, pauses: Sequence[Pause] = ()) -> bool:
    return any(shown.is_open for shown in cut(found(code, *events, pauses=pauses), on))


def severity(code: str, on: date, *events: Any) -> str | None:
    shown = [each for each in cut(found(code, *events), on) if each.is_open]
    return shown[0].step.severity.word if shown else None


def _given(dossier: Dossier) -> list[Contribution]:
    return contributions(dossier, open_findings(appearances(findings(dossier, BOOK))))


def shared(kind: str, subject: str, recorded: Iterable[Recorded]) -> list[Interval]:
    by_home: dict[Any, list[Recorded]] = {}
    for each in recorded:
        by_home.setdefault(each.meta.key, []).append(each)
    given: dict[tuple[str, str], list[Contribution]] = {}
    for home, own in sorted(by_home.items()):
        dossier = fold(home, own)
        for one in (*_given(dossier), *dissolutions(dossier.facts)):
            given.setdefault((one.kind, one.subject), []).append(one)
    against = merged(
        against_loans(facts, appearances(subject_findings(*name, facts, BOOK)))
        for name, facts in given.items()
        if name[0] in FEEDING
    )
    return subject_findings(kind, subject, given.get((kind, subject), []), BOOK, against)
