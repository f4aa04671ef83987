"""Figures of an area: counts, money by bucket, movement between years, targets. Pure."""

from collections import Counter
from collections.abc import Iterable
from datetime import date
from typing import Any

from services.households.events import ExitTargetSet, PlanItemAgreed
from services.loans.events import (
    LoanApproved,
    LoanUseInspected,
    LoanWithdrawn,
    LoanWrittenOff,
    RecallCollected,
    RepaymentRecorded,
)
from services.reporting.assignments import is_active
from services.reporting.dossier import Case, Dossier
from services.reporting.money import standing
from services.reporting.status import closed_by, status_and_ground
from services.reporting.targets import standing_target
from services.sponsorship.events import VisitRecorded

POOR = ("poor", "near_poor")
BUCKETS = (
    *("undisbursed", "unevidenced", "on_purpose", "off_purpose"),
    *("repaid", "recalled", "written_off"),
)


def status_on(dossier: Dossier, day: date) -> str | None:
    """Give the status of a household on a day; None where it is closed by then."""
    if closed_by(dossier, day):
        return None
    found = status_and_ground(dossier.household, day, day)
    return found[0] if found else "unknown"


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
    """Counts and sums of the households of an area on a day."""

    def __init__(self, day: date) -> None:
        self._day = day
        self._counts: Counter[str] = Counter()
        self._statuses: Counter[str] = Counter()
        self._money: Counter[str] = Counter()

    def add(self, dossier: Dossier) -> None:
        """Count one household and the money lent to it."""
        day, counts = self._day, self._counts
        for loan in dossier.loans:
            self._money.update(buckets(loan, day))
            counts["loans"] += bool(standing(loan, day))
        status = status_on(dossier, day)
        if status is None:
            return
        counts["households"] += 1
        self._statuses[status] += 1
        if status in POOR:
            counts["poor_or_near_poor"] += 1
            counts["with_sponsor"] += any(is_active(each, day) for each in dossier.assignments)
            counts["with_plan"] += any(on <= day for on in dossier.household.days(PlanItemAgreed))
        counts["visits"] += sum(
            on <= day and on.year == day.year
            for each in dossier.assignments
            for on in each.days(VisitRecorded)
        )

    def document(self) -> dict[str, Any]:
        """Give the figures; the buckets add up to `total`."""
        sums = {name: self._money[name] for name in BUCKETS}
        names = ("households", "poor_or_near_poor", "with_sponsor", "with_plan", "visits", "loans")
        return {
            **{name: self._counts[name] for name in names},
            "statuses": dict(sorted(self._statuses.items())),
            "money": {**sums, "total": sum(sums.values())},
        }


def movement(pairs: Iterable[tuple[str | None, str | None]]) -> dict[str, dict[str, int]]:
    """Count per status: start − exits + entries = end; None is not here on that day."""
    found = {name: Counter[str]() for name in POOR}
    for before, after in pairs:
        for name, counts in found.items():
            counts["start"] += before == name
            counts["exits"] += before == name != after
            counts["entries"] += before != name == after
            counts["end"] += after == name
    parts = ("start", "exits", "entries", "end")
    return {name: {part: counts[part] for part in parts} for name, counts in found.items()}


def target_of(dossier: Dossier, year: int, day: date) -> dict[str, Any] | None:
    """Give a household's target of a year with what came of it by a day."""
    household = dossier.household
    target = standing_target(household, year, day)
    if target is None or not household.of(ExitTargetSet):
        return None
    judged_on = date(year + 1, 1, 1)
    status = status_on(dossier, min(day, judged_on))
    missed = ("poor",) if target.event.to == "near_poor" else POOR
    result = "pending" if day < judged_on else ("missed" if status in missed else "reached")
    return {
        "household_id": dossier.household_id,
        "to": target.event.to,
        "set_on": target.on,
        "status": status or "closed",
        "result": result,
        "with_sponsor": any(is_active(each, day) for each in dossier.assignments),
    }
