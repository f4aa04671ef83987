"""Clocks of a household's case: how many days have counted, with pauses of its area left out."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from shared.areas import REFORM, Commune, Scope
from shared.calendar import DAY, every_day, first_day_beyond
from shared.policy.residence import recorded_on

Counts = Callable[[date], bool]
Span = tuple[date, date]
"""A first and a last day, both included."""

Residence = tuple[date, Commune | None]
"""A day and the commune a household lives in from then on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pause:
    """Days that do not count, for some codes in some areas; `last` is included."""

    pause_id: UUID
    codes: frozenset[str]
    scope: Scope
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Clocks:
    """The days that do not count for one household, by code."""

    spans: dict[str, tuple[Span, ...]]
    """In order of their first days; they may overlap."""

    def first_day_beyond(
        self, code: str, start: date, days: int, counts: Counts = every_day
    ) -> date:
        """Give the first day t for which the days in (start, t] that count exceed `days`."""
        if not self.spans:
            if counts is every_day:
                return start + timedelta(days + 1)
            return first_day_beyond(start, days, counts)
        spans = self.spans.get(code, ())
        if not spans:
            if counts is every_day:
                return start + timedelta(days + 1)
            return first_day_beyond(start, days, counts)
        if counts is every_day:
            return _beyond(spans, start, days)
        first = first_day_beyond(start, days, counts)
        if not any(begun <= first and start < ended for begun, ended in spans):
            return first  # none of the days that count until then is paused
        return first_day_beyond(start, days, counts, lambda day: _within(spans, day))

    def first_day_of(self, code: str, start: date, days: int) -> date:
        """Give the first day t for which the days in (start, t] that count reach `days`."""
        if self.spans:
            return self.first_day_beyond(code, start, days - 1)
        return start + timedelta(days)


NO_PAUSES = Clocks({})


def clocks_for(residences: Sequence[Residence], pauses: Iterable[Pause]) -> Clocks:
    """Give the clocks of a household: a pause counts on the days on which it lived there."""
    spans: dict[str, list[Span]] = {}
    for pause in pauses:
        for span in _spans(residences, pause):
            for code in pause.codes:
                spans.setdefault(code, []).append(span)
    return Clocks({code: tuple(sorted(found)) for code, found in spans.items()})


def clocks_of_all(paused: Sequence[Mapping[str, Sequence[Span]]]) -> Clocks:
    """Give the clocks of a case of several households: no day counts that counts for none."""
    common: dict[str, tuple[Span, ...]] = {code: tuple(spans) for code, spans in paused[0].items()}
    for other in paused[1:]:
        common = {
            code: tuple(sorted(_overlaps(spans, other[code])))
            for code, spans in common.items()
            if code in other
        }
    return Clocks(common)


def _overlaps(ones: Sequence[Span], others: Sequence[Span]) -> Iterable[Span]:
    for first, last in ones:
        for start, end in others:
            if max(first, start) <= min(last, end):
                yield (max(first, start), min(last, end))


def _spans(residences: Sequence[Residence], pause: Pause) -> Iterable[Span]:
    stays = sorted({date.min, REFORM, *(day for day, _ in residences)})
    for number, start in enumerate(stays):
        end = stays[number + 1] - DAY if number + 1 < len(stays) else date.max
        first, last = max(start, pause.first), min(end, pause.last)
        if first <= last and pause.scope.covers(recorded_on(residences, start), first):
            yield (first, last)


def _beyond(spans: Sequence[Span], start: date, days: int) -> date:
    """Give the first day t for which the days in (start, t] outside the spans exceed `days`."""
    day, left = start, days + 1
    if left <= 0:
        return start
    for begun, ended in spans:
        free = (begun - day).days - 1
        if left <= free:
            break
        left -= max(free, 0)
        day = max(day, ended)
    return day + timedelta(left)


def _within(spans: Sequence[Span], day: date) -> bool:
    return any(first <= day <= last for first, last in spans)


__all__ = ["DAY", "NO_PAUSES", "Clocks", "Pause", "clocks_for", "clocks_of_all"]
