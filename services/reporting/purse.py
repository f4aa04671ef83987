"""Where the money of a household's loans is, from day to day, added up once. Pure.

Says of every day what `figures.buckets` says of one.
"""

from collections.abc import Iterable, Iterator
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
from services.reporting.dossier import Case
from services.reporting.kept import NO_MONEY, Money

_PAID, _BACK, _REPAID, _RECALLED, _WRITTEN_OFF, _APPROVED, _WITHDRAWN, _CHECKED = range(8)

_AMOUNTS: tuple[tuple[type[Any], int], ...] = (
    (LoanApproved, _APPROVED),
    (RecallCollected, _RECALLED),
    (LoanWrittenOff, _WRITTEN_OFF),
)

Change = tuple[date, int, int, int, int]
"""On which day, what, how much; of which disbursement, and how much of it in the wrong way."""
Step = tuple[date, int, Money]
"""From which day on so many loans are paid out, and their money is there."""

_on = itemgetter(0)


def held_from(loans: Iterable[Case]) -> tuple[Step, ...]:
    """Give what all loans together hold, from every day on that changes it."""
    each = [steps for loan in loans if (steps := _steps(_changes(loan)))]
    if not each:
        return ()
    return tuple(each[0] if len(each) == 1 else _together(each))


def _together(each: list[list[Step]]) -> Iterator[Step]:
    """Add up the steps of several loans."""
    counts, moneys = [0] * len(each), [NO_MONEY] * len(each)
    turns = sorted((step[0], number, step) for number, own in enumerate(each) for step in own)
    for place, (on, number, step) in enumerate(turns):
        _, counts[number], moneys[number] = step
        if place + 1 == len(turns) or turns[place + 1][0] > on:
            a, b, c, d, e, f, g = map(sum, zip(*moneys, strict=True))
            yield on, sum(counts), (a, b, c, d, e, f, g)


def _changes(loan: Case) -> list[Change]:
    """Give what moves its money, day by day; what is of one kind in fact order."""
    by_type = loan.by_type
    found: list[Change] = []
    for fact, back in loan.ledger.paid:
        if back is None or fact.on < back:
            amount, number = fact.event.amount, fact.event.disbursement_id.int
            found.append((fact.on, _PAID, amount, number, 0))
            if back is not None:
                found.append((back, _BACK, amount, number, 0))
    for kind, what in _AMOUNTS:
        if kind in by_type:
            found += [(f.on, what, f.event.amount, 0, 0) for f in by_type[kind]]
    repaid = by_type.get(RepaymentRecorded, ())
    found += [(f.on, _REPAID, f.event.principal, 0, 0) for f in repaid if f.event.principal]
    found += [(f.on, _WITHDRAWN, 0, 0, 0) for f in by_type.get(LoanWithdrawn, ())]
    for f in by_type.get(LoanUseInspected, ()):
        seen = f.event
        right, wrong = seen.right_purpose_amount, seen.wrong_purpose_amount
        found.append((f.on, _CHECKED, right, seen.disbursement_id.int, wrong))
    found.sort(key=_on)
    return found


def _steps(changes: list[Change]) -> list[Step]:
    """Give what one loan holds, from every day on that changes it."""
    steps: list[Step] = []
    before = (0, NO_MONEY)
    sums, approved, withdrawn = [0] * 5, 0, False
    paid: list[int] = []
    checked: dict[int, tuple[int, int]] = {}
    last = len(changes) - 1
    for place, (on, kind, amount, number, wrong) in enumerate(changes):
        if kind <= _WRITTEN_OFF:
            sums[kind] += amount
            if kind == _PAID:
                paid.append(number)
            elif kind == _BACK:
                paid.remove(number)
        elif kind == _CHECKED:
            checked[number] = (amount, wrong)
        elif kind == _APPROVED:
            approved = max(approved, amount)
        else:
            withdrawn = True
        if place == last or changes[place + 1][0] != on:
            may_come = 0 if withdrawn else approved
            held = (
                1 if paid else 0,
                _money(sums, may_come, [checked[p] for p in paid if p in checked]),
            )
            if held != before:
                steps.append((on, *held))
                before = held
    return steps


def _money(sums: list[int], approved: int, checked: list[tuple[int, int]]) -> Money:
    """Put every đồng into exactly one bucket."""
    paid, back, repaid, recalled, written_off = sums
    lent = paid - back
    owed = lent - repaid - recalled - written_off
    off_purpose, on_purpose = 0, 0
    if checked:
        off_purpose = max(0, min(owed, sum([wrong for _, wrong in checked])))
        on_purpose = max(0, min(owed - off_purpose, sum([right for right, _ in checked])))
    unevidenced = owed - off_purpose - on_purpose
    undisbursed = max(0, approved - lent)
    return (undisbursed, unevidenced, on_purpose, off_purpose, repaid, recalled, written_off)
