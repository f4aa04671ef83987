"""Counts so small that they would tell of somebody: hidden, and not to be had from others. Pure.

Of every row that is shown those who left poverty, those who did not and those who left between two
times are enough. Rows that are too small are put together, and with the smallest others until they
are enough; so a total, which is of rows that are shown, takes nothing back.
"""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from services.reporting.effectiveness import MONTHS, Compared, Income, Side, Stratum

LEAST = 5
"""A cell of fewer households is not shown."""

_WHOLE = 10_000


class Row(NamedTuple):
    """One stratum, or several that were too small alone."""

    strata: tuple[Stratum, ...]
    participants: Side
    comparable: Side

    @property
    def is_enough(self) -> bool:
        """Tell whether no part of it is too small."""
        return _is_enough(self.participants) and _is_enough(self.comparable)


def rows_of(compared: Iterable[Compared]) -> list[Row]:
    """Put strata together that were followed for equally long until every row is enough.

    Where that needs all of them and is not enough yet, the one row shows only what may be shown.
    """
    by_time: dict[int, list[Row]] = {}
    for each in compared:
        row = Row((each.stratum,), each.participants, each.comparable)
        by_time.setdefault(len(each.participants.left), []).append(row)
    return [row for time in sorted(by_time, reverse=True) for row in _joined(by_time[time])]


def _joined(rows: list[Row]) -> list[Row]:
    fine = sorted(
        (row for row in rows if row.is_enough), key=lambda row: row.participants.households
    )
    small = [row for row in rows if not row.is_enough]
    if not small:
        return sorted(fine)
    pool = small[0]
    for row in small[1:]:
        pool = _together(pool, row)
    while not pool.is_enough and fine:
        pool = _together(pool, fine.pop(0))
    return [*sorted(fine), pool]


def _together(one: Row, other: Row) -> Row:
    return Row(
        tuple(sorted((*one.strata, *other.strata))),
        _sum(one.participants, other.participants),
        _sum(one.comparable, other.comparable),
    )


def _sum(one: Side, other: Side) -> Side:
    pairs = zip(one.left, other.left, strict=True)
    return Side(one.households + other.households, tuple(a + b for a, b in pairs))


def _is_enough(side: Side) -> bool:
    return side.households >= LEAST and all(_may_show(side, n) for n in range(len(side.left)))


def _both(side: Side, left: int) -> bool:
    """Tell whether neither those who left nor those who stayed are too few."""
    return left >= LEAST and side.households - left >= LEAST


def _may_show(side: Side, n: int) -> bool:
    """Tell whether the count at a time is enough, and none is too small between it and others."""
    earlier = [side.left[before] for before in range(n) if _may_show(side, before)]
    return _both(side, side.left[n]) and all(_hides(abs(side.left[n] - one)) for one in earlier)


def document(
    enrolled: int, compared: Iterable[Compared], incomes: Sequence[Income]
) -> dict[str, Any]:
    """Give what may be told of a model."""
    rows = rows_of(compared)
    told = sum(n for row in rows if (n := row.participants.households) >= LEAST)
    every = enrolled if enrolled >= LEAST and _hides(enrolled - told) else None
    return {
        "enrolled": every,
        "compared": [_row(row) for row in rows],
        "total": {f"after_{months}_months": _total(rows, n) for n, months in enumerate(MONTHS)},
        "income": _income(every, incomes),
        "least_shown": LEAST,
    }


def _hides(rest: int) -> bool:
    """Tell whether what is left when something is taken away is nobody, or enough."""
    return rest == 0 or rest >= LEAST


def _row(row: Row) -> dict[str, Any]:
    one = row.strata[0] if len(row.strata) == 1 else None
    return {
        "year": one.year if one else None,
        "status": one.status if one else None,
        "area_type": one.area_type if one else None,
        "strata": len(row.strata),
        "participants": _side(row.participants),
        "comparable": _side(row.comparable),
    }


def _side(side: Side) -> dict[str, Any]:
    return {
        "households": side.households if side.households >= LEAST else None,
        **{
            f"after_{months}_months": _left(side, n) if n < len(side.left) else None
            for n, months in enumerate(MONTHS)
        },
    }


def _left(side: Side, n: int) -> dict[str, Any]:
    if not _may_show(side, n):
        return {"left": None, "left_bp": None}
    left = side.left[n]
    return {"left": left, "left_bp": left * _WHOLE // side.households}


def _total(rows: Iterable[Row], n: int) -> dict[str, Any] | None:
    """Add up what the rows show; the others weigh in each row as those who took part."""
    both = [
        row
        for row in rows
        if n < len(row.participants.left)
        and all(_may_show(side, n) for side in (row.participants, row.comparable))
    ]
    whole = sum(row.participants.households for row in both)
    if not whole:
        return None
    left = sum(row.participants.left[n] for row in both)
    others = sum(
        row.participants.households * (row.comparable.left[n] * _WHOLE // row.comparable.households)
        for row in both
    )
    return {
        "households": whole,
        "left": left,
        "left_bp": left * _WHOLE // whole,
        "comparable_left_bp": others // whole,
    }


def _income(enrolled: int | None, incomes: Sequence[Income]) -> dict[str, Any] | None:
    assessed = len(incomes)
    if assessed < LEAST:
        return None
    known = enrolled is not None and _hides(enrolled - assessed)
    higher = sum(each.after > each.before for each in incomes)
    return {
        "assessed": assessed if known else None,
        "mean_before": sum(each.before for each in incomes) // assessed,
        "mean_after": sum(each.after for each in incomes) // assessed,
        "higher": higher if higher >= LEAST and assessed - higher >= LEAST else None,
    }
