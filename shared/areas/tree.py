"""Two maps of former Bắc Kạn: 108 communes until 30 June 2025, 37 from 1 July 2025.

A code alone names nothing: all 37 new communes carry a code that an older, smaller commune had.
Source: resolution 1683/NQ-UBTVQH15 of 16 June 2025 and GSO's code lists.
"""

import csv
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from importlib import resources
from typing import Literal

import msgspec

BEGINNING = date(2000, 1, 1)
"""The old map is taken as in force from here; the register holds nothing older."""
REFORM = date(2025, 7, 1)
LAST_OLD_DAY = REFORM - timedelta(days=1)

Level = Literal["province", "district", "commune"]


class Commune(msgspec.Struct, frozen=True, order=True):
    """One commune of one map: a code and the day from which it means this place."""

    code: str
    valid_from: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """An administrative unit of one map; `valid_to` is the last day of it, None while it lasts."""

    code: str
    level: Level
    name: str
    valid_from: date
    valid_to: date | None
    parent: str | None


@dataclass(frozen=True, slots=True)
class Tree:
    """Both maps, and how the old one became the new one."""

    places: tuple[Place, ...]
    successor: dict[Commune, Commune]
    sources: dict[Commune, frozenset[Commune]]
    district: dict[Commune, str]

    @property
    def old(self) -> frozenset[Commune]:
        """Give the communes of the old map."""
        return frozenset(self.successor)


def _old(code: str, level: Level, name: str, parent: str | None) -> Place:
    return Place(
        code=code,
        level=level,
        name=name,
        valid_from=BEGINNING,
        valid_to=LAST_OLD_DAY,
        parent=parent,
    )


def _new(code: str, level: Level, name: str, parent: str | None) -> Place:
    return Place(code=code, level=level, name=name, valid_from=REFORM, valid_to=None, parent=parent)


@lru_cache(maxsize=1)
def tree() -> Tree:
    """Read the table of the reform that ships with this package."""
    text = resources.files("shared.areas").joinpath("communes_2025_reform.csv").read_text("utf-8")
    places: dict[tuple[str, date], Place] = {
        ("06", BEGINNING): _old("06", "province", "Tỉnh Bắc Kạn", None),
        ("19", REFORM): _new("19", "province", "Tỉnh Thái Nguyên", None),
    }
    successor: dict[Commune, Commune] = {}
    sources: dict[Commune, set[Commune]] = {}
    district: dict[Commune, str] = {}
    for row in csv.DictReader(text.splitlines()):
        old = Commune(row["old_commune_code"], BEGINNING)
        new = Commune(row["new_commune_code"], REFORM)
        district_code = row["old_district_code"]
        successor[old] = new
        sources.setdefault(new, set()).add(old)
        district[old] = district_code
        places[(district_code, BEGINNING)] = _old(
            district_code, "district", row["old_district"], "06"
        )
        places[(old.code, BEGINNING)] = _old(old.code, "commune", row["old_commune"], district_code)
        places[(new.code, REFORM)] = _new(new.code, "commune", row["new_commune"], "19")
    frozen = {new: frozenset(olds) for new, olds in sources.items()}
    return Tree(tuple(places.values()), successor, frozen, district)


@lru_cache(maxsize=1)
def _by_code() -> dict[tuple[str, date], Place]:
    return {(place.code, place.valid_from): place for place in tree().places}


def place_of(commune: Commune) -> Place | None:
    """Give the name and the parent of a commune, or None if it is on no map here."""
    return _by_code().get((commune.code, commune.valid_from))


def commune_on(code: str, day: date) -> Commune | None:
    """Read a code on the map of a day; None if no commune had it then."""
    commune = Commune(code, REFORM if day >= REFORM else BEGINNING)
    place = place_of(commune)
    return commune if place is not None and place.level == "commune" else None


def at(commune: Commune, day: date) -> Commune | None:
    """Give the commune of the map of `day` in which this commune lies.

    Old to new always has an answer. New to old has one only where the new commune was formed
    from a single old one: else None, since nothing tells which of them it was.
    """
    if day >= REFORM:
        return tree().successor.get(commune, commune)
    if commune.valid_from < REFORM:
        return commune
    olds = tree().sources.get(commune, frozenset())
    return next(iter(olds)) if len(olds) == 1 else None


def places(day: date) -> tuple[Place, ...]:
    """Give every area of the map of a day."""
    since = REFORM if day >= REFORM else BEGINNING
    return tuple(place for place in tree().places if place.valid_from == since)


def predecessors(commune: Commune) -> frozenset[Commune]:
    """Give the old communes from which a new one was formed; none for an old one."""
    return tree().sources.get(commune, frozenset())


def successor(commune: Commune) -> Commune | None:
    """Give the new commune which an old one became part of; None for a new one."""
    return tree().successor.get(commune)
