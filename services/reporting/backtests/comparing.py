"""What differs between two rulebooks over a period: gained, lost, earlier, later, graver. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import msgspec

from services.reporting.backtests.household_timeline import Sighting
from services.reporting.domain.intervals import Severity
from services.reporting.rules import BY_CODE

WHATS = ("gained", "lost", "earlier", "later", "graver", "milder")
"""What a change may do to a case."""
EXAMPLES = 100
"""So many of each kind are shown; all are counted."""

Pair = tuple[Sighting | None, Sighting | None]
"""What is seen of one case by the one rulebook and by the other."""


class Tally(msgspec.Struct):
    """How many cases there are of one rule, by what the change does to them."""

    before: int = 0
    after: int = 0
    gained: int = 0
    lost: int = 0
    earlier: int = 0
    later: int = 0
    graver: int = 0
    milder: int = 0
    same: int = 0


@dataclass(slots=True)
class Comparison:
    """Cases in which two rulebooks differ, and counts of all."""

    tallies: dict[str, Tally] = field(default_factory=dict)
    pairs: list[Pair] = field(default_factory=list)
    confirmed: Counter[str] = field(default_factory=Counter)
    """What became of those that people have confirmed."""
    confirmed_on: dict[UUID, date] = field(default_factory=dict)

    def add(
        self,
        before: Mapping[UUID, Sighting],
        after: Mapping[UUID, Sighting],
        confirmed: Mapping[UUID, date],
    ) -> None:
        """Take in what each rulebook shows of one household or of what households share."""
        for one, other in paired(before, after):
            seen = one or other
            if seen is None:
                continue
            what = kinds_of(one, other)
            self._count(seen.shown.code, one, other, what)
            if what != ("same",):
                self.pairs.append((one, other))
            if one is not None and (stands := confirmed.get(one.shown.finding_id)) is not None:
                self.confirmed.update(what)
                self.confirmed_on[one.shown.finding_id] = stands

    def _count(
        self, code: str, one: Sighting | None, other: Sighting | None, what: tuple[str, ...]
    ) -> None:
        tally = self.tallies.setdefault(code, Tally())
        tally.before += one is not None
        tally.after += other is not None
        for each in what:
            setattr(tally, each, getattr(tally, each) + 1)


def paired(before: Mapping[UUID, Sighting], after: Mapping[UUID, Sighting]) -> list[Pair]:
    """Put together what is the same case: the same finding, or one that hangs on another event.

    Those are of one rule and about one thing, and there is no day between them.
    """
    pairs: list[Pair] = [(before[name], after[name]) for name in before if name in after]
    left = [before[name] for name in before if name not in after]
    new = [after[name] for name in after if name not in before]
    for one in sorted(left, key=_place):
        other = next((each for each in new if _same_case(one, each)), None)
        if other is not None:
            new.remove(other)
        pairs.append((one, other))
    return [*pairs, *((None, other) for other in new)]


def _same_case(one: Sighting, other: Sighting) -> bool:
    if (one.shown.code, one.shown.subject) != (other.shown.code, other.shown.subject):
        return False
    day = timedelta(days=1)
    return one.seen_on <= other.last_on + day and other.seen_on <= one.last_on + day


def kinds_of(one: Sighting | None, other: Sighting | None) -> tuple[str, ...]:
    """Say what became of a case; how early first, then how bad."""
    if one is None or other is None:
        return ("gained",) if one is None else ("lost",)
    found: list[str] = []
    if one.seen_on != other.seen_on:
        found.append("earlier" if other.seen_on < one.seen_on else "later")
    if one.worst != other.worst:
        found.append("graver" if other.worst > one.worst else "milder")
    return tuple(found) or ("same",)


def days_earlier(one: Sighting, other: Sighting) -> int:
    """Give by how many days the second is seen earlier; negative: later."""
    return (one.seen_on - other.seen_on).days


def documents(pairs: Iterable[Pair]) -> list[dict[str, Any]]:
    """Give the first examples of cases."""
    return [document(one, other) for one, other in sorted(pairs, key=_first)[:EXAMPLES]]


def report(whole: Comparison) -> dict[str, Any]:
    """Give counts per rule, examples of every kind, and what became of what was confirmed."""
    kinds = {what: [pair for pair in whole.pairs if what in kinds_of(*pair)] for what in WHATS}
    confirmed = [
        {
            **document(one, other),
            "confirmed_on": stands,
            "days_before_confirmation": (stands - other.seen_on).days if other else None,
        }
        for one, other in sorted(whole.pairs, key=_first)
        if one is not None and (stands := whole.confirmed_on.get(one.shown.finding_id)) is not None
    ]
    return {
        "counts": {
            code: msgspec.structs.asdict(tally) for code, tally in sorted(whole.tallies.items())
        },
        **{what: documents(found) for what, found in kinds.items()},
        "confirmed": {
            **{what: whole.confirmed[what] for what in ("lost", *WHATS[2:], "same")},
            "items": confirmed[:EXAMPLES],
        },
    }


def document(one: Sighting | None, other: Sighting | None) -> dict[str, Any]:
    """Give one case with what each rulebook shows of it."""
    seen = other or one
    if seen is None:
        raise ValueError("a case of nothing")
    shown, rule = seen.shown, BY_CODE[seen.shown.code]
    details = shown.details
    found: dict[str, Any] = {
        "finding_id": shown.finding_id,
        "code": shown.code,
        "kind": shown.kind,
        "subject": shown.subject,
        "year": shown.year,
        "household_ids": list(shown.household_ids),
        "loan_id": shown.loan_id,
        "assignment_id": shown.assignment_id,
        "group_id": shown.group_id,
        "reason": {"vi": rule.reason(details, "vi"), "en": rule.reason(details, "en")},
        "evidence": list(shown.evidence),
        "before": _seen(one),
        "after": _seen(other),
    }
    if one is not None and other is not None:
        found["days_earlier"] = days_earlier(one, other)
    return found


def _seen(sighting: Sighting | None) -> dict[str, Any] | None:
    if sighting is None:
        return None
    return {
        "seen_on": sighting.seen_on,
        "opened_on": sighting.shown.opened_on,
        "severity": Severity(sighting.worst).word,
    }


def _place(seen: Sighting) -> tuple[date, str, UUID]:
    return (seen.seen_on, seen.shown.code, seen.shown.finding_id)


def _first(pair: Pair) -> tuple[date, str, UUID]:
    return min(_place(each) for each in pair if each is not None)
