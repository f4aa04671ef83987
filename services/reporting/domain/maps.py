"""The same figures on either map of communes: a household counts once, wherever it is put. Pure."""

from collections.abc import Callable, Iterable
from datetime import date, timedelta
from typing import Any, Literal, TypeVar

from shared.areas import REFORM, Commune, at, place_of

Which = Literal["own", "old", "new"]
WHICH: tuple[Which, ...] = ("own", "old", "new")
"""As recorded; on the map before the reform; on the map since."""

T = TypeVar("T")
_BEFORE = REFORM - timedelta(days=1)
_DAYS: dict[Which, date] = {"old": _BEFORE, "new": REFORM}


def on_map(commune: Commune | None, which: Which) -> Commune | None:
    """Give the commune of a map; None where none is known, or nothing tells which old one."""
    if commune is None or which == "own":
        return commune
    return at(commune, _DAYS[which])


def by_commune(
    each: Iterable[tuple[Commune | None, T]],
    which: Which,
    told: Callable[[list[T]], dict[str, Any]],
) -> list[dict[str, Any]]:
    """Give figures commune by commune on a map; what has no place there comes last."""
    found: dict[Commune | None, list[T]] = {}
    for commune, thing in each:
        found.setdefault(on_map(commune, which), []).append(thing)
    known = sorted(commune for commune in found if commune is not None)
    order: list[Commune | None] = [*known, *([None] if None in found else [])]
    return [{**_named(commune), **told(found[commune])} for commune in order]


def _named(commune: Commune | None) -> dict[str, Any]:
    place = place_of(commune) if commune else None
    return {"commune": commune, "name": place.name if place else None}
