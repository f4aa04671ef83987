"""Figures of an area: counts, money by bucket, movement between years, targets. Pure."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from services.reporting.domain.dossier import Case
from services.reporting.domain.loan_buckets import changes_of, held_on
from services.reporting.figures.record import BUCKETS, CLOSED, NO_MONEY, POOR, Standing, Target

Pair = tuple[str | None, str | None]
"""The statuses of a household on two days."""

_COUNTED = ("households", "poor_or_near_poor", "with_sponsor", "with_plan", "visits", "loans")


def buckets(loan: Case, day: date) -> dict[str, int]:
    """Put every đồng approved or paid out on a loan into exactly one bucket."""
    _, money = held_on(changes_of(loan), day)
    return dict(zip(BUCKETS, money, strict=True))


class Overview:
    """Counts and sums of households on a day."""

    def __init__(self) -> None:
        self.counts = dict.fromkeys(_COUNTED, 0)
        self.statuses: Counter[str] = Counter()
        self.money = list(NO_MONEY)

    def add(self, each: Standing) -> None:
        """Count one household and the money lent to it."""
        counts, status = self.counts, each.status
        if each.money is not NO_MONEY:
            counts["loans"] += each.loans
            self._take(each.money)
        if status is None:
            return
        self.statuses[status] += 1
        counts["households"] += 1
        counts["visits"] += each.visits
        if status in POOR:
            counts["poor_or_near_poor"] += 1
            counts["with_sponsor"] += each.sponsored
            counts["with_plan"] += each.planned

    def join(self, other: "Overview") -> None:
        """Take in all that another has counted."""
        for name, count in other.counts.items():
            self.counts[name] += count
        self.statuses.update(other.statuses)
        self._take(other.money)

    def _take(self, money: Sequence[int]) -> None:
        for bucket, amount in enumerate(money):
            self.money[bucket] += amount

    def document(self) -> dict[str, Any]:
        """Give the figures; the buckets add up to `total`."""
        return {
            **self.counts,
            "statuses": dict(sorted(self.statuses.items())),
            "money": {**dict(zip(BUCKETS, self.money, strict=True)), "total": sum(self.money)},
        }


def joined(every: Iterable[Overview]) -> Overview:
    """Give what some have counted together."""
    found = Overview()
    for each in every:
        found.join(each)
    return found


def movement(counted: Iterable[tuple[Pair, int]]) -> dict[str, dict[str, int]]:
    """Count per status: start − exits + entries = end; None is not here on that day."""
    found = {name: Counter[str]() for name in POOR}
    for (before, after), many in counted:
        for name, counts in found.items():
            counts["start"] += many * (before == name)
            counts["exits"] += many * (before == name != after)
            counts["entries"] += many * (before != name == after)
            counts["end"] += many * (after == name)
    parts = ("start", "exits", "entries", "end")
    return {name: {part: counts[part] for part in parts} for name, counts in found.items()}


def target_document(household_id: UUID, target: Target) -> dict[str, Any]:
    """Tell of a household's target with what came of it."""
    return {
        "household_id": household_id,
        "to": target.to,
        "set_on": target.set_on,
        "status": target.status or CLOSED,
        "result": target.result,
        "with_sponsor": target.sponsored,
    }


def results(targets: Iterable[Target]) -> dict[str, int]:
    """Count what came of targets."""
    return dict(sorted(Counter(each.result for each in targets).items()))
