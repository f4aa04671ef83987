"""Counts so small that they would tell of somebody: hidden, and not to be had from others. Pure.

Of every row that is shown those who left poverty, those who did not and those who left between two
times are enough. Rows that are too small are put together, and with the smallest others until they
are enough; so a total, which is of rows that are shown, takes nothing back.
"""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from services.reporting.figures.effectiveness import MONTHS, Side, Stratum

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


class Earned(NamedTuple):
    """What several households earned together, and how many of them more than before."""

    households: int
    before: int
    after: int
    higher: int


def joined(rows: list[Row]) -> list[Row]:
    """Put rows together until every one is enough; where all of them are not, there is none."""
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
    return [*sorted(fine), pool] if pool.is_enough else sorted(fine)


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


def document(rows: Sequence[Row], others: int, incomes: Sequence[Earned]) -> dict[str, Any]:
    """Give what may be told of a model; `others` are so many who were not poor when enrolled."""
    return {
        "enrolled": sum(row.participants.households for row in rows) + others or None,
        "compared": [_row(row) for row in rows],
        "total": {f"after_{months}_months": _total(rows, n) for n, months in enumerate(MONTHS)},
        "income": _income(incomes),
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
        "households": side.households,
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


def _income(earned: Sequence[Earned]) -> dict[str, Any] | None:
    assessed = sum(each.households for each in earned)
    if not assessed:
        return None
    whole = all(each.higher >= LEAST and each.households - each.higher >= LEAST for each in earned)
    return {
        "assessed": assessed,
        "mean_before": sum(each.before for each in earned) // assessed,
        "mean_after": sum(each.after for each in earned) // assessed,
        "higher": sum(each.higher for each in earned) if whole else None,
    }
