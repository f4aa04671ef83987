"""Detection: dossiers and rules to findings as intervals; a date is a cut through them. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import NamedTuple

from services.reporting.clocks import Pause, clocks_for
from services.reporting.contributions import Contribution, OpenFinding
from services.reporting.dossier import Dossier
from services.reporting.intervals import Interval, Step
from services.reporting.levels import ByLoan, with_shared
from services.reporting.rulebook import Rulebook
from services.reporting.rules import FOLLOW_UPS, RULES, SUBJECT_RULES


class Shown(NamedTuple):
    """A finding as it looks on a day."""

    interval: Interval
    step: Step
    is_open: bool


def findings(dossier: Dossier, book: Rulebook, pauses: Iterable[Pause] = ()) -> list[Interval]:
    """Give every finding about one household that its facts ever give, future ones included."""
    clocks = clocks_for(dossier.residences, pauses)
    first = [found for rule in RULES for found in rule.check(dossier, book, clocks)]
    then = [found for rule in FOLLOW_UPS for found in rule.check(dossier, book, clocks, first)]
    return [*first, *then]


def contributions(dossier: Dossier, own: Sequence[OpenFinding]) -> list[Contribution]:
    """Give what the household, with its open findings, contributes to those beyond itself."""
    return [given for rule in SUBJECT_RULES for given in rule.contribute(dossier, own)]


def subject_findings(
    kind: str,
    subject: str,
    given: list[Contribution],
    book: Rulebook,
    against: ByLoan | None = None,
) -> list[Interval]:
    """Give every finding about a value that households share.

    `against` is what was found before of the values that the loans of a group or a pair share.
    """
    return [
        found
        for rule in SUBJECT_RULES
        if kind in rule.over
        for found in rule.check(subject, with_shared(given, against or {}, rule.shared), book)
    ]


def cut(intervals: Iterable[Interval], valid_at: date) -> Iterator[Shown]:
    """Give the findings opened by a day, as they look on it."""
    for interval in intervals:
        step = interval.step_on(valid_at)
        if step is not None:
            yield Shown(interval, step, interval.is_open(valid_at))
