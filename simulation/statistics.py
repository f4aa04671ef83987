"""The province in figures: how poor which district is, who lives there, what is borrowed.

The sources are those of the domain reference; what no source says is an assumption, marked so.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from simulation.demo.people import Family

T = TypeVar("T")
Weighted = Sequence[tuple[T, float]]

POOR = {
    "058": 2.6,
    "060": 48.0,
    "061": 33.0,
    "062": 47.0,
    "063": 24.0,
    "064": 22.0,
    "065": 23.0,
    "066": 34.0,
}
"""Percent of households poor in 2022, by district: those of 2019, scaled to the new standard."""
ALIKE = 0.93
"""Communes are of one size here; the town's, where few are poor, are larger than others."""
NEAR_POOR = 9.74
"""Percent of households, end of 2021."""
ESCAPING = {"poor": 13.0, "near_poor": 17.0}
"""Percent of a status that leaves it in a year: 27.37 % poor in 2022, 19.46 % after 2024."""
FALLING = 0.6
"""Percent of the others that become poor in a year (assumed)."""
UNABLE = 9.0
"""Percent of poor households in which nobody can work (assumed)."""
TO_NEAR_POOR = 60.0
"""Percent of those leaving the poor that become near-poor first (assumed)."""
TARGETED = 60.0
"""Percent of those leaving a status that were named to leave it (assumed)."""
MOVING = 1.5
MISTAKEN = 3.0
"""Percent of checks that are written down wrongly at first (assumed)."""
BORROWING = {"poor": 45.0, "near_poor": 58.0, "newly_escaped": 95.0, "not_poor": 9.5}
"""Percent of households that borrow, by status: so many that the loans of each programme are as
many beside the others as is told of 2023 to 2025."""
BESIDE: Weighted[str] = (("NSVS", 6.2), ("GQVL", 3.9), ("HSSV", 0.8), ("DTTS", 1.2))
"""Percent that borrow in a programme for everybody too, likewise."""
SIZES: Weighted[int] = ((1, 6), (2, 13), (3, 22), (4, 29), (5, 17), (6, 8), (7, 5))
ETHNICITIES: Weighted[str] = (("02", 54), ("07", 9), ("09", 18), ("08", 7), ("01", 12))
MILLIONS: Weighted[int] = ((30, 15), (40, 10), (50, 30), (70, 10), (80, 10), (100, 25))
"""How much a production loan is."""
SMALL: dict[str, Weighted[int]] = {
    "NSVS": ((10, 40), (15, 20), (20, 40)),
    "GQVL": ((50, 50), (100, 50)),
    "HSSV": ((16, 50), (20, 50)),
    "DTTS": ((40, 50), (50, 50)),
}
RHYTHMS: Weighted[int] = ((1, 50), (3, 20), (7, 20), (14, 10))
"""Every how many days a commune's office records what it has (assumed)."""


@dataclass(frozen=True, slots=True)
class Chance:
    """Chance that is the same for the same seed and thing."""

    seed: int
    index: int

    def number(self, what: str) -> float:
        """Give a number from 0 to 100."""
        told = hashlib.sha256(f"{self.seed}/{self.index}/{what}".encode()).digest()
        return int.from_bytes(told[:6]) / 2**48 * 100

    def below(self, percent: float, what: str) -> bool:
        """Tell whether it happens."""
        return self.number(what) < percent

    def upto(self, most: int, what: str) -> int:
        """Give a whole number from 0 to one below `most`."""
        return int(self.number(what) * most / 100)

    def pick(self, options: Weighted[T], what: str) -> T:
        """Choose one by its weight."""
        place = self.number(what) * sum(weight for _, weight in options) / 100
        for option, weight in options:
            place -= weight
            if place < 0:
                return option
        return options[-1][0]


@dataclass(frozen=True, slots=True)
class Villagers(Family):
    """A household of the province, of the province's peoples."""

    chance: Chance

    @property
    def ethnicity(self) -> str:
        """Give the code of their ethnicity."""
        return self.chance.pick(ETHNICITIES, "ethnicity")
