"""What moves the money of a loan, in short, and where all of it is on a day. Pure.

It is a hundredth of what a loan's facts hold, and is kept with the views for every day.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from operator import itemgetter
from typing import Any

from services.loans.events import (
    LoanApproved,
    LoanUseInspected,
    LoanWithdrawn,
    LoanWrittenOff,
    RecallCollected,
    RepaymentRecorded,
)
from services.reporting.domain.dossier import Case

PAID, BACK, REPAID, RECALLED, WRITTEN_OFF, APPROVED, WITHDRAWN, RIGHT, WRONG = range(9)
_AMOUNTS: tuple[tuple[type[Any], int], ...] = (
    (LoanApproved, APPROVED),
    (RecallCollected, RECALLED),
    (LoanWrittenOff, WRITTEN_OFF),
)

Change = tuple[date, int, int, int]
"""On which day, what, how much, and of which of the loan's disbursements, by number."""
Money = tuple[int, int, int, int, int, int, int]
"""Đồng by bucket: undisbursed, unevidenced, on_purpose, off_purpose, repaid, recalled, ..."""

_on = itemgetter(0)


def changes_of(loan: Case) -> tuple[Change, ...]:
    """Give what moves its money, day by day; what is of one kind in fact order."""
    by_type = loan.by_type
    found: list[Change] = []
    numbers: dict[int, int] = {}
    for fact, back in loan.ledger.paid:
        if back is None or fact.on < back:
            amount = fact.event.amount
            number = numbers[fact.event.disbursement_id.int] = len(numbers)
            found.append((fact.on, PAID, amount, number))
            if back is not None:
                found.append((back, BACK, amount, number))
    for kind, what in _AMOUNTS:
        if kind in by_type:
            found += [(f.on, what, f.event.amount, 0) for f in by_type[kind]]
    if RepaymentRecorded in by_type:
        repaid = by_type[RepaymentRecorded]
        found += [(f.on, REPAID, f.event.principal, 0) for f in repaid if f.event.principal]
    found += [(on, WITHDRAWN, 0, 0) for on in loan.days(LoanWithdrawn)]
    for f in by_type.get(LoanUseInspected, ()):
        checked = f.event
        if (of := numbers.get(checked.disbursement_id.int)) is not None:
            found.append((f.on, RIGHT, checked.right_purpose_amount, of))
            found.append((f.on, WRONG, checked.wrong_purpose_amount, of))
    found.sort(key=_on)
    return tuple(found)


def held_on(changes: Iterable[Change], day: date) -> tuple[bool, Money]:
    """Tell whether money is paid out on a day, and put every đồng into exactly one bucket."""
    sums, approved, withdrawn = [0] * 5, 0, False
    paid: set[int] = set()
    right: dict[int, int] = {}
    wrong: dict[int, int] = {}
    for on, kind, amount, number in changes:
        if on > day:
            break
        if kind <= WRITTEN_OFF:
            sums[kind] += amount
            if kind == PAID:
                paid.add(number)
            elif kind == BACK:
                paid.discard(number)
        elif kind == APPROVED:
            approved = max(approved, amount)
        elif kind == WITHDRAWN:
            withdrawn = True
        else:
            (right if kind == RIGHT else wrong)[number] = amount
    may_come = 0 if withdrawn else approved
    return bool(paid), _money(sums, may_come, _of(paid, right), _of(paid, wrong))


def _of(paid: Iterable[int], checked: Mapping[int, int]) -> int:
    """Add up what the last check of each disbursement that stands has found."""
    return sum([checked[number] for number in paid if number in checked]) if checked else 0


def _money(sums: Sequence[int], approved: int, right: int, wrong: int) -> Money:
    paid, back, repaid, recalled, written_off = sums
    lent = paid - back
    owed = lent - repaid - recalled - written_off
    off_purpose = max(0, min(owed, wrong))
    on_purpose = max(0, min(owed - off_purpose, right))
    unevidenced = owed - off_purpose - on_purpose
    undisbursed = max(0, approved - lent)
    return (undisbursed, unevidenced, on_purpose, off_purpose, repaid, recalled, written_off)
