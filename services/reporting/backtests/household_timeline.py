"""What two rulebooks would have shown of a household, day by day, by what was known each day. Pure.

An epoch lasts from one day on which something was recorded until the day before the next. What is
said of a day needs only what was recorded by its end: cutting the log later changes nothing of it.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

import msgspec

from services.reporting.detection.detect import annual_reviews, findings
from services.reporting.detection.finding_versions import OPEN, Appearance, appearances
from services.reporting.domain.clocks import Pause, Residence
from services.reporting.domain.dossier import Dossier, fold
from services.reporting.domain.finding_state import Given, by_finding, folded, is_decision
from services.reporting.domain.intervals import Kind
from services.reporting.domain.rulebook import Rulebook
from services.reporting.projections.rows import Contributed, household_rows, key_rows
from services.reporting.rules import (
    ANNUAL_RULES,
    BY_CODE,
    CLOCKED,
    COUNTED,
    FEEDING,
    FOLLOW_UPS,
    RULES,
    SECOND,
    SUBJECT_RULES,
)
from services.reporting.rules.finding_unanswered import CODE as FOLLOWS
from shared.calendar import DAY
from shared.clock import vietnam_date
from shared.event import event_type
from shared.recorded import Recorded

Paused = Callable[[date], Sequence[Pause]]
"""Gives the pauses as they were known at the end of a day."""


class Period(msgspec.Struct, frozen=True):
    """The days of a back-test, both ends included."""

    first: date
    last: date


class Sighting(msgspec.Struct, frozen=True, kw_only=True):
    """A finding as the rules would have shown it: since when, until when, how bad at its worst."""

    shown: Appearance
    """As it looked when it was first seen."""
    seen_on: date
    last_on: date
    worst: int


class Gave(msgspec.Struct, frozen=True, kw_only=True):
    """What a household contributes to those beyond itself, from a day on, by one rulebook."""

    book: int
    key: UUID
    on: date
    given: tuple[Contributed, ...]


@dataclass(slots=True)
class Watched:
    """What was seen by each of two rulebooks; what a household gave; what people confirmed."""

    seen: tuple[dict[UUID, Sighting], dict[UUID, Sighting]] = field(
        default_factory=lambda: ({}, {})
    )
    gave: list[Gave] = field(default_factory=list)
    confirmed: dict[UUID, date] = field(default_factory=dict)
    homes: tuple[Residence, ...] = ()


def kinds_for(codes: Collection[str]) -> frozenset[str]:
    """Name the kinds of shared values and counts of which something else may be found."""
    return _shared_kinds(codes) | frozenset(
        kind
        for rule in ANNUAL_RULES
        if not {rule.code, FOLLOWS}.isdisjoint(codes)
        for kind in (rule.counts, rule.subject)
    )


def _shared_kinds(codes: Collection[str]) -> frozenset[str]:
    if set(codes) & set(CLOCKED):
        return frozenset(kind for rule in SUBJECT_RULES for kind in rule.over)
    chained = SECOND | FEEDING
    own = {kind for rule in SUBJECT_RULES if rule.code in codes for kind in rule.over}
    misuse = any(BY_CODE[code].kind is Kind.MISUSE for code in codes)
    return frozenset(own | (chained if misuse or own & chained else set()))


def known_days(
    recorded: Iterable[Recorded], period: Period, more: Iterable[date] = ()
) -> list[date]:
    """Give the first day of every epoch of a period."""
    days = {vietnam_date(each.meta.recorded_at) for each in recorded} | set(more)
    return [period.first, *sorted(day for day in days if period.first < day <= period.last)]


def watch(
    key: UUID,
    history: Sequence[Recorded],
    books: tuple[Rulebook, Rulebook],
    paused: tuple[Paused, Collection[date]],
    period: Period,
    codes: Collection[str],
) -> Watched:
    """Give what would have been seen of one household over a period by the rules of these codes.

    If they are all about the counts of years, the events that these are made of are enough.
    """
    found, kinds = Watched(), kinds_for(codes)
    if only_counts(codes):
        return _watch_counts(key, history, period, kinds)
    far = [book.up_to(period.last) for book in books]
    rules = [rule for rule in RULES if rule.code in codes]
    follow_ups = [rule for rule in FOLLOW_UPS if rule.code in codes or kinds]
    judged = RULES if follow_ups else rules
    pauses_on, pause_days = paused
    for first, last in epochs(known_days(history, period, pause_days), period):
        known = [each for each in history if vietnam_date(each.meta.recorded_at) <= first]
        if not any(event_type(each.event).keyed_by == "household_id" for each in known):
            _give_without_household(found, key, known, kinds, first)
            continue
        dossier, pauses = fold(key, known), pauses_on(first)
        found.homes = dossier.residences
        for number, book in enumerate(far):
            shown = appearances(findings(dossier, book, pauses, judged, follow_ups))
            own = [each for each in shown if each.code in codes or _follows(each.code)]
            look(found.seen[number], own, first, last, begins=first == period.first)
            if kinds:
                given = _given(dossier, book, pauses, known, kinds)
                _give(found, number, key, first, _of_kinds(given, kinds))
        _confirm(found, dossier, period)
    return found


def only_counts(codes: Collection[str]) -> bool:
    """Tell whether nothing but counts of years is compared: no household is judged by itself."""
    own = {rule.code for rule in ANNUAL_RULES}
    return bool(codes) and own.issuperset(codes)


def _watch_counts(
    key: UUID, history: Sequence[Recorded], period: Period, kinds: Collection[str]
) -> Watched:
    """Give what one household adds to the counts of years over a period, by any rulebook."""
    found = Watched()
    dated = [(vietnam_date(each.meta.recorded_at), each) for each in history]
    for first, _ in epochs(known_days(history, period), period):
        known = [each for day, each in dated if day <= first]
        if not any(event_type(each.event).keyed_by == "household_id" for each in known):
            _give_without_household(found, key, known, kinds, first)
            continue
        dossier = fold(key, known)
        found.homes = dossier.residences
        given = _of_kinds(annual_reviews(dossier), kinds)
        for number in (0, 1):
            _give(found, number, key, first, given)
    return found


def epochs(days: Sequence[date], period: Period) -> Iterator[tuple[date, date]]:
    """Give the first and the last day of each epoch."""
    ends = [day - DAY for day in days[1:]]
    yield from zip(days, [*ends, period.last], strict=True)


def look(
    seen: dict[UUID, Sighting],
    shown: Iterable[Appearance],
    first: date,
    last: date,
    *,
    begins: bool,
) -> None:
    """Note what is open between two days; at the beginning it may have been open for long."""
    for each in shown:
        ends = last if each.until_on is None else min(last, each.until_on - DAY)
        if each.status not in OPEN or max(first, each.from_on) > ends:
            continue
        there_before = begins and each.from_on <= first
        since = each.opened_on if there_before else max(first, each.from_on)
        before = seen.get(each.finding_id)
        if before is None:
            severity = int(each.severity)
            now = Sighting(shown=each, seen_on=since, last_on=ends, worst=severity)
        else:
            worst = max(before.worst, int(each.severity))
            now = msgspec.structs.replace(before, last_on=max(ends, before.last_on), worst=worst)
        seen[each.finding_id] = now


def _given(
    dossier: Dossier,
    book: Rulebook,
    pauses: Sequence[Pause],
    known: Sequence[Recorded],
    kinds: frozenset[str],
) -> Iterable[Contributed]:
    """Give what a household contributes; to the counts of years it does without being judged."""
    if kinds <= COUNTED:
        return annual_reviews(dossier)
    rows = household_rows(dossier, book, pauses, known)
    return [each for each, _ in rows.contributions] if rows else ()


def _follows(code: str) -> bool:
    return any(rule.code == code for rule in FOLLOW_UPS)


def _of_kinds(given: Iterable[Contributed], kinds: Collection[str]) -> tuple[Contributed, ...]:
    return tuple(each for each in given if each.kind in kinds)


def _give(found: Watched, book: int, key: UUID, on: date, given: tuple[Contributed, ...]) -> None:
    last = next((each for each in reversed(found.gave) if each.book == book), None)
    if given != (last.given if last else ()):
        found.gave.append(Gave(book=book, key=key, on=on, given=given))


def _give_without_household(
    found: Watched, key: UUID, known: Sequence[Recorded], kinds: Collection[str], on: date
) -> None:
    """Take in what is recorded of a finding that several share, or of a sponsor."""
    rows = key_rows(key, known) if kinds else None
    every = tuple(each for each, _ in rows.contributions) if rows else ()
    for book in (0, 1):
        _give(found, book, key, on, _of_kinds(every, kinds))


def _confirm(found: Watched, dossier: Dossier, period: Period) -> None:
    given = [Given(each.order, each.event) for each in dossier.facts if is_decision(each.event)]
    found.confirmed = confirmed_by(given, period.last)


def confirmed_by(given: Iterable[Given], day: date) -> dict[UUID, date]:
    """Give the findings that stand confirmed on a day, and when they were."""
    found: dict[UUID, date] = {}
    for finding_id, decisions in by_finding(given).items():
        work = folded(decisions, day)
        if work.confirmed and work.decided_on is not None:
            found[finding_id] = work.decided_on
    return found
