"""Figures of an area: counts, money by bucket, movement between years, targets. Pure."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from services.loans.events import (
    LoanApproved,
    LoanUseInspected,
    LoanWithdrawn,
    LoanWrittenOff,
    RecallCollected,
    RepaymentRecorded,
)
from services.reporting.dossier import Case
from services.reporting.kept import BUCKETS, CLOSED, NO_MONEY, POOR, Standing, Target
from services.reporting.money import standing

Pair = tuple[str | None, str | None]
"""The statuses of a household on two days."""

_COUNTED = ("households", "poor_or_near_poor", "with_sponsor", "with_plan", "visits", "loans")


def buckets(loan: Case, day: date) -> dict[str, int]:
    """Put every đồng approved or paid out on a loan into exactly one bucket."""
    paid = standing(loan, day)
    lent = sum(fact.event.amount for fact in paid)
    approved = [fact.event.amount for fact in loan.of(LoanApproved) if fact.on <= day]
    withdrawn = any(on <= day for on in loan.days(LoanWithdrawn))
    repaid = sum(f.event.principal for f in loan.of(RepaymentRecorded) if f.on <= day)
    recalled = sum(f.event.amount for f in loan.of(RecallCollected) if f.on <= day)
    written_off = sum(f.event.amount for f in loan.of(LoanWrittenOff) if f.on <= day)
    right, wrong = 0, 0
    for fact in paid:
        checks = [
            check.event
            for check in loan.of(LoanUseInspected)
            if check.on <= day and check.event.disbursement_id == fact.event.disbursement_id
        ]
        if checks:
            right += checks[-1].right_purpose_amount
            wrong += checks[-1].wrong_purpose_amount
    owed = lent - repaid - recalled - written_off
    off_purpose = max(0, min(owed, wrong))
    on_purpose = max(0, min(owed - off_purpose, right))
    return {
        "undisbursed": 0 if withdrawn else max(0, max(approved, default=0) - lent),
        "unevidenced": owed - off_purpose - on_purpose,
        "on_purpose": on_purpose,
        "off_purpose": off_purpose,
        "repaid": repaid,
        "recalled": recalled,
        "written_off": written_off,
    }


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
