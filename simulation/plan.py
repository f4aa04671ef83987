"""What is to be made: how many households, which years, by which seed, and what is planted."""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from importlib import resources
from pathlib import Path

from shared.areas import Commune, place_of, successor
from shared.areas.tree import tree
from simulation.stage import Stage, Years
from simulation.stories import ALONE, STORIES

STORY_BOOKS = 1_000_000
"""The households of stories are numbered from here on, a hundred for each story."""
_ROOM = 100
_FIRST_YEARS = (2021, 2024)
_LEAST_YEARS = 4
DEFAULT = "plants.toml"


class BadPlanError(Exception):
    """What was asked for cannot be made; the text says what can."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The same plan gives the same province, to the byte."""

    households: int
    years: Years
    seed: int
    plants: dict[str, int]

    def stages(self) -> list[Stage]:
        """Give the stages with the planted stories played on them."""
        names = [name for name, times in self.plants.items() for _ in range(times)]
        together, alone = _clusters(), iter(_apart())
        played = []
        for number, name in enumerate(names):
            shared = together[(self.seed + number) % len(together)]
            stage = Stage(
                name=name,
                seed=self.seed,
                years=self.years,
                communes=_next(alone) if name in ALONE else shared,
                start=STORY_BOOKS + number * _ROOM,
            )
            STORIES[name](stage)
            stage.finish()
            played.append(stage)
        return played

    def communes(self, stages: list[Stage]) -> list[Commune]:
        """Give the communes in which there are ordinary households, on the old map."""
        taken = {stage.communes[0] for stage in stages if stage.name in ALONE}
        return sorted(tree().old - taken)

    def ordinary(self, stages: list[Stage]) -> int:
        """Give how many households are in no story; BadPlanError where there is no room."""
        taken = sum(len(stage.homes) for stage in stages)
        if taken > self.households:
            raise BadPlanError(
                f"--households: các chuyện cần {taken} hộ / the stories take {taken} households"
            )
        return self.households - taken


def years(text: str, until: date | None = None) -> Years:
    """Read `2021-2026`; BadPlanError where the stories would not fit."""
    first, _, last = text.partition("-")
    if not (first.isdigit() and last.isdigit()):
        raise BadPlanError(f"--years: cần 2021-2026, không phải {text} / 2021-2026, not {text}")
    begin, end = int(first), int(last)
    if not _FIRST_YEARS[0] <= begin <= _FIRST_YEARS[1] or end - begin + 1 < _LEAST_YEARS:
        raise BadPlanError(
            "--years: từ 2021 đến 2024, ít nhất bốn năm / "
            "begin in 2021 to 2024, four years at least"
        )
    day = date(end, 12, 31)
    return Years(first=begin, last=end, until=min(day, until or day))


def plants(path: Path | None = None) -> dict[str, int]:
    """Read a plant file: how often each story is played. None: the one that ships with this."""
    file = resources.files("simulation").joinpath(DEFAULT) if path is None else path
    try:
        asked = tomllib.loads(file.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as problem:
        raise BadPlanError(f"--plant: không phải TOML / it is no TOML: {problem}") from None
    for name, times in asked.items():
        if name not in STORIES or type(times) is not int or times < 0:
            raise BadPlanError(
                f"--plant: {name} = {times}: cần tên một chuyện và số lần; các tên / a story and"
                f" a number are needed; the stories: {', '.join(STORIES)}"
            )
    return asked


@lru_cache(maxsize=1)
def _clusters() -> tuple[tuple[Commune, ...], ...]:
    """Give, for each new commune of four old ones or more, those, of four sources first."""
    by_new: dict[Commune | None, list[Commune]] = {}
    for old in sorted(tree().old):
        by_new.setdefault(successor(old), []).append(old)
    return tuple(tuple(olds) for olds in by_new.values() if len(olds) >= _TOGETHER)


_TOGETHER = 4


def _apart() -> list[Commune]:
    """Give the rural communes in which no story is played beside others."""
    together = {commune for cluster in _clusters() for commune in cluster}
    return [old for old in sorted(tree().old - together) if _is_rural(old)]


def _is_rural(commune: Commune) -> bool:
    place = place_of(commune)
    return place is not None and place.name.startswith("Xã")


def _next(communes: Iterator[Commune]) -> tuple[Commune, ...]:
    for commune in communes:
        return (commune,)
    raise BadPlanError(
        "--plant: không đủ xã cho các chuyện cần một xã riêng / "
        "too few communes for the stories that need one of their own"
    )
