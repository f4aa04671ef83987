"""What is owed on a loan on a date, and where every đồng that was paid out is.

Outstanding = disbursed − reversed − principal repaid − collected on recalls − written off.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

Flow = Literal["disbursed", "reversed", "repaid", "recalled", "written_off"]


@dataclass(frozen=True, slots=True)
class Entry:
    """One movement of principal; `amount` is never negative."""

    day: date
    flow: Flow
    amount: int

    @property
    def signed(self) -> int:
        """Give the change of what is outstanding."""
        return self.amount if self.flow == "disbursed" else -self.amount


@dataclass(frozen=True, slots=True, kw_only=True)
class Buckets:
    """Where the money disbursed by a day is; the parts add up to `disbursed`."""

    disbursed: int = 0
    reversed: int = 0
    repaid: int = 0
    recalled: int = 0
    written_off: int = 0

    @property
    def outstanding(self) -> int:
        """Give what is still owed."""
        return self.disbursed - self.reversed - self.repaid - self.recalled - self.written_off

    @property
    def net(self) -> int:
        """Give what was disbursed and not taken back."""
        return self.disbursed - self.reversed


def buckets_on(ledger: Iterable[Entry], day: date) -> Buckets:
    """Sum a ledger up to a day, that day's movements included."""
    sums = dict.fromkeys(("disbursed", "reversed", "repaid", "recalled", "written_off"), 0)
    for entry in ledger:
        if entry.day <= day:
            sums[entry.flow] += entry.amount
    return Buckets(**sums)


def outstanding_on(ledger: Iterable[Entry], day: date) -> int:
    """Give what is owed at the end of a day."""
    return sum(entry.signed for entry in ledger if entry.day <= day)


def balances(ledger: Sequence[Entry]) -> list[tuple[date, int]]:
    """Give what is owed at the end of every day on which it moved, ascending."""
    moved: dict[date, int] = {}
    for entry in ledger:
        moved[entry.day] = moved.get(entry.day, 0) + entry.signed
    result: list[tuple[date, int]] = []
    owed = 0
    for day in sorted(moved):
        owed += moved[day]
        result.append((day, owed))
    return result


def lowest_from(ledger: Sequence[Entry], day: date) -> int:
    """Give the least that is owed at the end of any day from `day` on."""
    later = [owed for moved_on, owed in balances(ledger) if moved_on > day]
    return min([outstanding_on(ledger, day), *later])


def settled_on(ledger: Sequence[Entry]) -> date | None:
    """Give the day from which on nothing is owed although something was lent, or None.

    A loan whose disbursements were all reversed was never lent.
    """
    steps = balances(ledger)
    if not steps or steps[-1][1] != 0 or buckets_on(ledger, steps[-1][0]).net == 0:
        return None
    settled: date | None = None
    for day, owed in reversed(steps):
        if owed != 0:
            break
        settled = day
    return settled
