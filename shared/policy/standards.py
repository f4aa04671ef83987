"""The multidimensional poverty standards: dated data, and what the points of a review give."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

Outcome = Literal["poor", "near_poor", "neither"]

_INDICATORS = (
    "employment",
    "dependency",
    "nutrition",
    "health_insurance",
    "adult_education",
    "child_schooling",
    "house_quality",
    "house_area",
    "water",
    "toilet",
    "telecom",
)

INDICATORS = (*_INDICATORS, "info_means", "waste")
"""Every indicator that some standard has."""

B2_STEP = 10
"""Points of one deprived indicator."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The cut-offs of the points; `b1_max` belongs to an area type."""

    b1_max: int
    b2_poor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Standard:
    """A poverty standard and the days on which it is in force, both included."""

    code: str
    legal_basis: str
    valid_from: date
    valid_to: date
    income_line: dict[str, int]
    """Đồng a person a month, by area type."""
    limits: dict[str, Limits] | None
    """By area type; None where no circular gives points for it: nothing is judged."""
    indicators: tuple[str, ...]
    verified: bool


STANDARDS = (
    Standard(
        code="QD59-2015",
        legal_basis="Quyết định 59/2015/QĐ-TTg",
        valid_from=date(2016, 1, 1),
        valid_to=date(2021, 12, 31),
        income_line={"rural": 700_000, "urban": 900_000},
        limits=None,
        indicators=(),
        verified=False,
    ),
    Standard(
        code="ND07-2021",
        legal_basis="Nghị định 07/2021/NĐ-CP; 2026: Nghị định 351/2025/NĐ-CP",
        valid_from=date(2022, 1, 1),
        valid_to=date(2026, 12, 31),
        income_line={"rural": 1_500_000, "urban": 2_000_000},
        limits={
            "rural": Limits(b1_max=140, b2_poor=30),
            "urban": Limits(b1_max=175, b2_poor=30),
        },
        indicators=(*_INDICATORS, "info_means"),
        verified=True,
    ),
    Standard(
        code="ND351-2025",
        legal_basis="Nghị định 351/2025/NĐ-CP",
        valid_from=date(2027, 1, 1),
        valid_to=date(2030, 12, 31),
        income_line={"rural": 2_200_000, "urban": 2_800_000},
        limits=None,
        indicators=(*_INDICATORS, "waste"),
        verified=False,
    ),
)

_AGREEING = {
    "poor": ("poor",),
    "near_poor": ("near_poor",),
    "neither": ("newly_escaped", "not_poor"),
}


def standard_on(day: date) -> Standard | None:
    """Give the standard in force on a day, or None if none is on file."""
    for standard in STANDARDS:
        if standard.valid_from <= day <= standard.valid_to:
            return standard
    return None


def classify(b1: int, b2: int, area_type: str, on: date) -> Outcome | None:
    """Give what the points say under the standard in force; None where it cannot be judged."""
    standard = standard_on(on)
    if standard is None or standard.limits is None:
        return None
    limits = standard.limits[area_type]
    if b1 > limits.b1_max:
        return "neither"
    return "poor" if b2 >= limits.b2_poor else "near_poor"


def agrees(outcome: Outcome | None, status: str) -> bool:
    """Tell whether a status is one that the points allow; not judged agrees with every one."""
    return outcome is None or status in _AGREEING[outcome]
