"""Names of the region for people who do not exist, and communes and villages for them."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Any, TypeVar

from shared.areas import Commune, at
from shared.areas.tree import tree

T = TypeVar("T")

DISTRICTS = ("060", "061")
"""Pác Nặm and Ba Bể, on the map until 30 June 2025."""

_FAMILIES = {
    "02": ("Hoàng", "Nông", "Ma", "Dương", "Đàm", "Hứa", "Lường", "Triệu"),
    "07": ("Nông", "Lý", "Hoàng", "Lục", "Vi", "Mã"),
    "09": ("Bàn", "Triệu", "Đặng", "Phùng", "Lý"),
    "08": ("Vàng", "Sùng", "Giàng", "Lý", "Thào", "Dương"),
    "01": ("Nguyễn", "Trần", "Phạm"),
}
_ETHNICITIES = ("02", "02", "02", "07", "09", "09", "08", "08", "01")
_MEN = ("Văn Thành", "Văn Hùng", "Văn Páo", "Chí Công", "Văn Lâm", "Văn Sơn", "A Dình", "Văn Kim")
_WOMEN = ("Thị Mai", "Thị Pham", "Thị Lan", "Thị Dung", "Mùi Nái", "Thị Sua", "Thị Hợi", "Thị Nga")
_VILLAGES = (
    *("Nặm Khiếu", "Bản Cám", "Nà Nghè", "Khuổi Slưn", "Phiêng Phàng", "Lủng Vài"),
    *("Cốc Tào", "Nà Mu", "Pác Ngòi", "Khâu Đấng", "Bản Đuống", "Nà Làng"),
)
_STEP = timedelta(days=397)
_BORN = date(1962, 3, 14)


def pick(options: Sequence[T], *about: object) -> T:
    """Choose the same one for the same thing, always."""
    text = "/".join(str(part) for part in about)
    return options[number(text) % len(options)]


def number(text: str) -> int:
    """Give a number that looks like chance and is the same for the same text."""
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:6])


@lru_cache(maxsize=1)
def communes() -> tuple[Commune, ...]:
    """Give the communes of the two districts, on the old map."""
    districts = tree().district
    return tuple(sorted(commune for commune, code in districts.items() if code in DISTRICTS))


def code_on(commune: Commune, day: date) -> str:
    """Give a commune's code on the map of a day."""
    placed = at(commune, day)
    if placed is None:
        raise ValueError(f"{commune.code} is nowhere on {day}")
    return placed.code


@dataclass(frozen=True, slots=True)
class Family:
    """Who lives in one household of the demo."""

    index: int
    numbered_from: int
    """Where the citizen numbers of these people begin: nobody has one of somebody else's."""

    @property
    def commune(self) -> Commune:
        """Give where they live."""
        places = communes()
        return places[self.index % len(places)]

    @property
    def village(self) -> str:
        """Give their village."""
        return pick(_VILLAGES, "village", self.commune.code, self.index % 3)

    @property
    def ethnicity(self) -> str:
        """Give the code of their ethnicity."""
        return pick(_ETHNICITIES, "ethnicity", self.index)

    def citizen_id(self, person: int) -> str:
        """Give a citizen number that no office ever gave out: they do not start with 000."""
        return f"000{self.numbered_from + self.index * 10 + person:09d}"

    def person(self, person: int) -> dict[str, Any]:
        """Give a member's name, sex and birth date; 0 is the head."""
        family = pick(_FAMILIES[self.ethnicity], "family", self.index)
        woman = number(f"sex/{self.index}/{person}") % 2 == 0
        given = pick(_WOMEN if woman else _MEN, "name", self.index, person)
        born = _BORN + _STEP * (number(f"born/{self.index}") % 24)
        if person > 1:
            born += timedelta(days=365 * 24 + 500 * person)
        return {
            "full_name": f"{family} {given}",
            "sex": "female" if woman else "male",
            "birth_date": born,
            "citizen_id": self.citizen_id(person) if person <= 1 else None,
        }
