"""How a loan stands on a date: asked for, decided, active, overdue, frozen, settled."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from shared.policy.arrears import ArrearsChange, unended
from shared.policy.eligibility import Approval
from shared.policy.outstanding import Entry, balances, buckets_on

Standing = Literal[
    "applied",
    "confirmed",
    "approved",
    "rejected",
    "withdrawn",
    "expired",
    "active",
    "overdue",
    "frozen",
    "settled",
    "written_off",
]
STANDINGS: tuple[Standing, ...] = (
    "applied",
    "confirmed",
    "approved",
    "rejected",
    "withdrawn",
    "expired",
    "active",
    "overdue",
    "frozen",
    "settled",
    "written_off",
)

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Freeze:
    """A rest of the debt, both days included."""

    since: date
    until: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Life:
    """The dates of one loan that its standing follows from."""

    applied_on: date
    confirmed_on: date | None = None
    approval: Approval | None = None
    rejected_on: date | None = None
    withdrawn_on: date | None = None
    ledger: tuple[Entry, ...] = ()
    arrears: tuple[ArrearsChange, ...] = ()
    """In the order in which it was recorded."""
    extended: tuple[date, ...] = ()
    frozen: tuple[Freeze, ...] = ()


@dataclass(frozen=True, slots=True)
class StandingSince:
    """A standing and the first day of it."""

    since: date
    standing: Standing


def is_frozen(life: Life, day: date) -> bool:
    """Tell whether the debt rests on a day."""
    return any(freeze.since <= day <= freeze.until for freeze in life.frozen)


def overdue_since(life: Life, day: date) -> date | None:
    """Return since when the loan is overdue on a day, or None if it is not."""
    changes = sorted(life.arrears, key=lambda change: change.day)  # those of one day stay in order
    eased = [*life.extended, *(freeze.since for freeze in life.frozen)]
    eased += [moved_on for moved_on, owed in balances(life.ledger) if owed == 0]
    found = unended(changes, eased, day)
    return changes[found[0]].day if found else None


def standing_on(life: Life, day: date) -> Standing:
    """Give how a loan stands at the end of a day; before its first, as on its first."""
    buckets = buckets_on(life.ledger, day)
    if buckets.net > 0:
        if buckets.outstanding <= 0:
            return "written_off" if buckets.written_off else "settled"
        if is_frozen(life, day):
            return "frozen"
        return "active" if overdue_since(life, day) is None else "overdue"
    return _undisbursed(life, day)


def _undisbursed(life: Life, day: date) -> Standing:
    if _by(life.rejected_on, day):
        return "rejected"
    if _by(life.withdrawn_on, day):
        return "withdrawn"
    if life.approval is not None and life.approval.approved_on <= day:
        return "approved" if day <= life.approval.valid_until else "expired"
    return "confirmed" if _by(life.confirmed_on, day) else "applied"


def _by(event: date | None, day: date) -> bool:
    return event is not None and event <= day


def standings(life: Life) -> list[StandingSince]:
    """Give every standing of a loan with its first day, ascending: also those still to come."""
    result: list[StandingSince] = []
    for day in _turns(life):
        standing = standing_on(life, day)
        if not result or result[-1].standing != standing:
            result.append(StandingSince(day, standing))
    return result


def _turns(life: Life) -> Sequence[date]:
    days = {entry.day for entry in life.ledger}
    days.update(life.extended, (change.day for change in life.arrears))
    for freeze in life.frozen:
        days.update((freeze.since, freeze.until + _DAY))
    if life.approval is not None:
        days.update((life.approval.approved_on, life.approval.valid_until + _DAY))
    days.update(
        day
        for day in (life.applied_on, life.confirmed_on, life.rejected_on, life.withdrawn_on)
        if day is not None
    )
    return sorted(days)
