"""Detection: dossiers and rules to findings as intervals; a date is a cut through them. Pure."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from functools import lru_cache, partial
from typing import Any, NamedTuple

import msgspec

from services.reporting.detection.levels import ByLoan, with_shared
from services.reporting.domain.annual import Covered, Reviewed
from services.reporting.domain.clocks import NO_PAUSES, Clocks, Pause, clocks_for
from services.reporting.domain.contributions import Contribution, OpenFinding
from services.reporting.domain.dossier import Dossier
from services.reporting.domain.facts import Fact
from services.reporting.domain.intervals import Interval, Step
from services.reporting.domain.rule import FollowUp, Rule, SubjectRule
from services.reporting.domain.rulebook import Rulebook
from services.reporting.events import FindingDecision
from services.reporting.rules import (
    ANNUAL_RULES,
    CLOCKED,
    FOLLOW_UPS,
    RULES,
    SHARED_FOLLOW_UPS,
    SUBJECT_RULES,
)


class Shown(NamedTuple):
    """A finding as it looks on a day."""

    interval: Interval
    step: Step
    is_open: bool


def findings(
    dossier: Dossier,
    book: Rulebook,
    pauses: Iterable[Pause] = (),
    rules: Sequence[Rule] = RULES,
    follow_ups: Sequence[FollowUp] = FOLLOW_UPS,
) -> list[Interval]:
    """Return every finding about one household that its facts ever give, future ones included.

    A rule that the rulebook does not name is asleep, here and below: it came with a later one.
    """
    clocks = clocks_for(dossier.residences, pauses)
    there = frozenset([type(fact.event) for fact in dossier.facts])
    needing = _awake(there) if rules is RULES else _needing(rules, there)
    awake = [rule for rule in needing if rule.code in book.parameters]
    found: list[Interval] = []
    for rule in awake:
        found += rule.check(dossier, book, clocks)
    first = tuple(found)
    after = [
        each for each in follow_ups if each.code in book.parameters and there.issuperset(each.needs)
    ]
    for follow_up in after:
        found += follow_up.check(dossier, book, clocks, first)

    def tried(code: str, other: Rulebook) -> Iterator[Interval]:
        for rule in awake:
            if rule.code == code:
                yield from rule.check(dossier, other, clocks)
        for each in after:
            if each.code == code:
                yield from each.check(dossier, other, clocks, first)

    found += _shadows(book, tried)
    return found


def _needing(rules: Sequence[Rule], there: frozenset[type[Any]]) -> list[Rule]:
    return [rule for rule in rules if there.issuperset(rule.needs)]


@lru_cache(maxsize=4096)
def _awake(there: frozenset[type[Any]]) -> list[Rule]:
    """Give the rules that may find anything where facts of these types are; most know few."""
    return _needing(RULES, there)


def _shadows(
    book: Rulebook, judge: Callable[[str, Rulebook], Iterable[Interval]]
) -> Iterator[Interval]:
    """Judge rules with the numbers that the rulebook tries beside its own."""
    for shadow in book.shadows:
        for found in judge(shadow.of, book.under(shadow)):
            yield msgspec.structs.replace(found, code=shadow.code)


def contributions(
    dossier: Dossier, own: Sequence[OpenFinding], clocks: Clocks = NO_PAUSES
) -> list[Contribution]:
    """Give what the household, with its open findings, contributes to those beyond itself."""
    given = [each for rule in SUBJECT_RULES for each in rule.contribute(dossier, own)]
    paused = {code: clocks.spans[code] for code in CLOCKED if code in clocks.spans}
    if not paused:
        return given
    return [msgspec.structs.replace(each, paused=paused) for each in given]


def subject_findings(
    kind: str,
    subject: str,
    given: list[Contribution],
    book: Rulebook,
    against: ByLoan | None = None,
) -> list[Interval]:
    """Give every finding about a value that households share.

    `against` is what was found before of the values that the loans of a group or a pair share.
    Where nobody contributes any more, as after a correction, there is nothing to find.
    """
    awake = (rule for rule in SUBJECT_RULES if kind in rule.over and rule.code in book.parameters)
    rules = list(awake) if given else []

    def judged(rule: SubjectRule, other: Rulebook) -> Iterator[Interval]:
        return rule.check(subject, with_shared(given, against or {}, rule.shared), other)

    def tried(code: str, other: Rulebook) -> Iterator[Interval]:
        return (each for rule in rules if rule.code == code for each in judged(rule, other))

    found = [each for rule in rules for each in judged(rule, book)]
    found += _shadows(book, tried)
    return found


def shared_findings(
    kind: str,
    subject: str,
    given: list[Contribution],
    decided: Sequence[Fact[FindingDecision]],
    book: Rulebook,
    against: ByLoan | None = None,
) -> list[Interval]:
    """Give every finding about a shared value, and what follows from decisions on them."""
    found = subject_findings(kind, subject, given, book, against)
    return [*found, *followed_up(found, given, decided, book)] if decided else found


def followed_up(
    found: Sequence[Interval],
    given: Sequence[Contribution],
    decided: Sequence[Fact[FindingDecision]],
    book: Rulebook,
) -> list[Interval]:
    """Give what follows from decisions on findings that are no single household's."""

    def judged(other: Rulebook) -> Iterator[Interval]:
        for code, check in SHARED_FOLLOW_UPS:
            if code in other.parameters:
                yield from check(found, given, decided, other)

    def tried(code: str, other: Rulebook) -> Iterator[Interval]:
        return (each for each in judged(other) if each.code == code)

    return [*judged(book), *_shadows(book, tried)]


def annual_reviews(dossier: Dossier) -> list[Reviewed]:
    """Give what the household counts for in each year."""
    return [each for rule in ANNUAL_RULES for each in rule.contribute(dossier)]


def year_findings(
    year: int, read: Callable[[str], Iterable[Reviewed]], book: Rulebook
) -> tuple[list[Interval], list[Covered]]:
    """Give every finding about the counts of a year, and what there was to look at.

    `read` gives what counts for a rule, by its kind; it may be asked twice.
    """
    found: list[Interval] = []
    covered: list[Covered] = []
    awake = [rule for rule in ANNUAL_RULES if rule.code in book.parameters]
    for rule in awake:
        judged = rule.check(year, partial(read, rule.counts), book)
        found += judged.found
        covered += judged.covered

    def tried(code: str, other: Rulebook) -> Iterator[Interval]:
        for rule in awake:
            if rule.code == code:
                yield from rule.check(year, partial(read, rule.counts), other).found

    found += _shadows(book, tried)
    return found, covered


def cut(intervals: Iterable[Interval], valid_at: date) -> Iterator[Shown]:
    """Give the findings opened by a day, as they look on it."""
    for interval in intervals:
        if (step := interval.step_on(valid_at)) is not None:
            closed_on = interval.run.closed_on
            yield Shown(interval, step, closed_on is None or valid_at < closed_on)
