"""What differs between two sides, and the fewest events without which it would not. Pure."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Any
from uuid import UUID

from services.reporting.detection.query import Times
from services.reporting.queries.comparison.side import Ids, Side
from shared.recorded import Recorded

MOST = 200
"""So many differences are told of one household."""
FEW = 8
"""Of so many events at most every part is tried, whether it does alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One thing that two points in time tell differently."""

    what: str
    before: Any
    after: Any
    events: tuple[Recorded, ...]
    """Without these the two would tell the same; none of them may be left out of the set."""
    times: tuple[str, ...]
    """Which of the three times alone makes the difference; none: only several together."""


def differences(before: Side, after: Side) -> list[Difference]:
    """Give what differs, each with the events that make it so."""
    one, other = before.told(), after.told()
    names = [name for name in {**one, **other} if one.get(name) != other.get(name)][:MOST]
    if not names:
        return []
    candidates = _candidates(before, after)
    moved = list(_moved(before, after))
    return [
        Difference(
            what=name,
            before=one.get(name),
            after=other.get(name),
            events=_events(name, before, after, candidates),
            times=tuple(which for which, side in moved if side.one(name) == one.get(name)),
        )
        for name in names
    ]


def least(candidates: Sequence[UUID], erases: Callable[[Ids], bool]) -> list[UUID]:
    """Give a set that erases a difference and of which nothing may be put back.

    A single event if one does, the last such; else what is left when the earliest are put back
    first, and of that the fewest that do, where there are no more than FEW. Empty where not even
    all of them erase it.
    """
    for candidate in reversed(candidates):
        if erases(frozenset({candidate})):
            return [candidate]
    needed = list(candidates)
    if not erases(frozenset(needed)):
        return []
    before = 0
    while len(needed) != before:
        before = len(needed)
        # putting one back may let another be put back that was needed without it
        for candidate in tuple(needed):
            rest = [each for each in needed if each != candidate]
            if erases(frozenset(rest)):
                needed = rest
    return _fewest(needed, erases)


def _fewest(needed: list[UUID], erases: Callable[[Ids], bool]) -> list[UUID]:
    """Give the smallest part that erases it: two more may have to be put back at once."""
    if len(needed) <= FEW:
        for size in range(2, len(needed) - 1):
            for part in combinations(needed, size):
                if erases(frozenset(part)):
                    return list(part)
    return needed


def _events(
    name: str, before: Side, after: Side, candidates: dict[UUID, Recorded]
) -> tuple[Recorded, ...]:
    def erases(without: Ids) -> bool:
        return bool(before.one(name, without) == after.one(name, without))

    # what only one side looks at explains it, if it does; else what both know of does
    ours = [
        each for each, it in candidates.items() if before.looks_at(it) is not after.looks_at(it)
    ]
    found = least(ours, erases) if ours else []
    return tuple(candidates[each] for each in found or least(list(candidates), erases))


def _candidates(before: Side, after: Side) -> dict[UUID, Recorded]:
    """Give all events in question, the earliest first; those that only one side has come last."""
    every = {**before.events(), **after.events()}

    def late(each: UUID) -> tuple[bool, Any, Any]:
        event, meta = every[each], every[each].meta
        only_one = before.looks_at(event) is not after.looks_at(event)
        return (only_one, meta.recorded_at, (meta.source, event.position or 0))

    return {each: every[each] for each in sorted(every, key=late)}


def _moved(before: Side, after: Side) -> Iterator[tuple[str, Side]]:
    """Give the later side with each of its times put back to the earlier's."""
    for name in ("valid_at", "known_at", "rules_at"):
        back: Times = replace(after.times, **{name: getattr(before.times, name)})
        if back != after.times:
            yield (
                name,
                Side(
                    *(after.household_id, back, after.histories, after.paused_by, after.reader),
                ),
            )
