"""What a person's areas cover: a set of old communes, read on the map of the day asked about."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from shared.areas.tree import BEGINNING, LAST_OLD_DAY, REFORM, Commune, Level, at, tree

_LEVELS: dict[int, Level] = {2: "province", 3: "district", 5: "commune"}


class UnknownArea(Exception):  # noqa: N818 - said to people as one sentence
    """A code that names no area on its date."""

    def __init__(self, code: str, on: date | None) -> None:
        when = f" ngày/on {on.isoformat()}" if on else ""
        super().__init__(f"{code}: không có địa bàn này{when} / no such area{when}")
        self.code = code


@dataclass(frozen=True, slots=True)
class Area:
    """One area a person may have: a code of a level, as in force on a date."""

    code: str
    level: Level
    on: date | None = None

    @staticmethod
    def parse(text: str) -> "Area":
        """Read `CODE` or `CODE@DATE`; the level follows from the length. UnknownArea if neither."""
        code, _, day = text.partition("@")
        level = _LEVELS.get(len(code))
        try:
            on = date.fromisoformat(day) if day else None
        except ValueError as problem:
            raise UnknownArea(text, None) from problem
        if level is None or not code.isdigit():
            raise UnknownArea(text, None)
        return Area(code, level, on)

    @staticmethod
    def from_claim(claim: Mapping[str, Any]) -> "Area":
        """Read an area claim of a token; UnknownArea if it names no area."""
        area = Area.parse(str(claim.get("code", "")))
        if claim.get("level", area.level) != area.level:
            raise UnknownArea(area.code, None)
        day = claim.get("on")
        try:
            return Area(area.code, area.level, date.fromisoformat(day) if day else None)
        except (TypeError, ValueError) as problem:
            raise UnknownArea(area.code, None) from problem

    def old_communes(self) -> frozenset[Commune]:
        """Give the old communes it covers; UnknownArea if the code is on no map of its date."""
        wanted = [
            place
            for place in tree().places
            if place.code == self.code
            and place.level == self.level
            and (self.on is None or place.valid_from <= self.on)
            and (self.on is None or place.valid_to is None or self.on <= place.valid_to)
        ]
        if not wanted:
            raise UnknownArea(self.code, self.on)
        # without a date: the code as in force today, else on the last day it was in force
        place = max(wanted, key=lambda found: found.valid_from)
        if place.level == "province":
            return tree().old
        if place.level == "district":
            return frozenset(c for c, code in tree().district.items() if code == self.code)
        commune = Commune(place.code, place.valid_from)
        return tree().sources.get(commune, frozenset({commune}))


@dataclass(frozen=True, slots=True)
class Scope:
    """The old communes a person may see; `everything` is the area `*`."""

    olds: frozenset[Commune] = frozenset()
    everything: bool = False

    @staticmethod
    def of(areas: Iterable[Area]) -> "Scope":
        """Join areas; UnknownArea if one of them is on no map."""
        return Scope(frozenset[Commune]().union(*(area.old_communes() for area in areas)))

    @property
    def nothing(self) -> bool:
        """Tell whether there is no area at all."""
        return not self.everything and not self.olds

    def covers(self, commune: Commune | None, day: date) -> bool:
        """Tell whether a thing in `commune` is in scope on `day`; None is everywhere's only."""
        if self.everything:
            return True
        return commune is not None and commune in _matching(self.olds, day >= REFORM)

    def matching(self, day: date) -> frozenset[Commune]:
        """Give every commune, of either map, that is in scope on `day`: for a query's filter.

        Means nothing for a scope of everything, which filters nothing.
        """
        return _matching(self.olds, day >= REFORM)


EVERYWHERE = Scope(everything=True)


@lru_cache(maxsize=1024)
def _matching(olds: frozenset[Commune], reformed: bool) -> frozenset[Commune]:
    news = frozenset(new for new, formed in tree().sources.items() if formed <= olds)
    if not reformed:
        return olds | news
    return news | frozenset(c for c in tree().old if at(c, REFORM) in news)


__all__ = ["BEGINNING", "EVERYWHERE", "LAST_OLD_DAY", "Area", "Scope", "UnknownArea"]
