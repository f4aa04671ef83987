"""Changes to a rulebook, checked against the parameters that its rules have. Pure."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from services.reporting.domain.rulebook import Rulebook

LONGEST = 3_660
MOST = 1_000
A_LOAN = 10**12
_COMMON_YEAR = 2023


@dataclass(frozen=True, slots=True)
class Unit:
    """What a parameter is counted in, and between which numbers it makes sense."""

    name: str
    vi: str
    lowest: int
    highest: int


DAYS = Unit("days", "ngày", 0, LONGEST)
WORKING_DAYS = Unit("working_days", "ngày làm việc", 0, 365)
PERCENT = Unit("percent", "phần trăm", 0, 100)
COUNT = Unit("count", "số lượng", 1, MOST)
VND = Unit("vnd", "đồng", 0, A_LOAN)
MONTH = Unit("month", "tháng", 1, 12)
DAY = Unit("day_of_month", "ngày trong tháng", 1, 31)

UNITS: Mapping[str, Unit] = {
    "high_from_percent": PERCENT,
    "critical_from_percent": PERCENT,
    "repaid_percent": PERCENT,
    "amount_percent": PERCENT,
    "agreed_percent": PERCENT,
    "percent": PERCENT,
    "false_percent": PERCENT,
    "tolerance": VND,
    "days": DAYS,
    "student_days": DAYS,
    "before_days": DAYS,
    "after_days": DAYS,
    "within_days": DAYS,
    "medium_from_days": DAYS,
    "high_from_days": DAYS,
    "critical_from_days": DAYS,
    "days_before": DAYS,
    "high_days_before": DAYS,
    "working_days": WORKING_DAYS,
    "loans": COUNT,
    "households": COUNT,
    "misused": COUNT,
    "communes": COUNT,
    "visits": COUNT,
    "reviews": COUNT,
    "critical_from": COUNT,
    "high_from_intervals": COUNT,
    "first_month": MONTH,
    "last_month": MONTH,
    "first_day": DAY,
    "last_day": DAY,
}
"""Every parameter of every rule, by its name: the same name means the same everywhere."""

ASCENDING = (
    ("days", "medium_from_days"),
    ("medium_from_days", "high_from_days"),
    ("days", "high_from_days"),
    ("high_from_days", "critical_from_days"),
    ("high_from_percent", "critical_from_percent"),
    ("households", "critical_from"),
    ("misused", "loans"),
    ("high_days_before", "days_before"),
)
"""Of each two that a rule has, the first may not be greater."""


@dataclass(frozen=True, slots=True)
class Wrong:
    """What cannot be right: which rule and parameter, which kind of error, and what to do."""

    path: tuple[str, ...]
    code: str
    said: str


def wrongs(book: Rulebook, changes: Any) -> list[Wrong]:
    """Name everything that cannot be right in changes, as they were sent."""
    if not isinstance(changes, dict) or not changes:
        said = 'cần {"QUY_TẮC": {"tham_số": số}} / {"RULE": {"parameter": number}} is needed'
        return [Wrong((), "wrong-type", said)]
    return [found for code, given in changes.items() for found in _of_rule(book, code, given)]


def _of_rule(book: Rulebook, code: str, given: Any) -> Iterable[Wrong]:
    if code not in book.parameters:
        listed = ", ".join(sorted(book.parameters))
        yield Wrong((code,), "not-in-list", f"một trong / one of: {listed}")
        return
    own = book.parameters[code]
    if not isinstance(given, dict) or not given:
        said = f"cần một đối tượng / an object is needed: {', '.join(own) or '–'}"
        yield Wrong((code,), "wrong-type", said)
        return
    fine = True
    for name, value in given.items():
        for found in _of_parameter(own, name, value):
            fine = False
            yield Wrong((code, name), *found)
    if fine:
        yield from _out_of_order(code, {**own, **given}, given)
        yield from _not_a_day(code, {**own, **given}, given)


def _of_parameter(own: Mapping[str, int], name: str, value: Any) -> Iterable[tuple[str, str]]:
    if name not in own:
        listed = ", ".join(own) or "–"
        yield "unknown-field", f"quy tắc này chỉ có / this rule has only: {listed}"
        return
    unit = UNITS[name]
    if isinstance(value, float) and math.isfinite(value) and value == int(value):
        said = f"cần số nguyên, không lẻ / a whole number is needed ({unit.vi} / {unit.name})"
        yield "wrong-type", said
    elif isinstance(value, bool) or not isinstance(value, int):
        yield "wrong-type", f"cần số nguyên ({unit.vi}) / a whole number ({unit.name}) is needed"
    elif not unit.lowest <= value <= unit.highest:
        limits = f"{unit.lowest}–{unit.highest}"
        yield "out-of-range", f"{unit.vi} từ {limits} / {unit.name} within {limits}"


def _out_of_order(code: str, whole: Mapping[str, int], given: Mapping[str, int]) -> Iterable[Wrong]:
    for low, high in ASCENDING:
        if low in whole and high in whole and whole[low] > whole[high]:
            named = high if high in given else low
            said = f"{low} ≤ {high}: {whole[low]} > {whole[high]}"
            yield Wrong((code, named), "out-of-order", f"cần / needed: {said}")


def _not_a_day(code: str, whole: Mapping[str, int], given: Mapping[str, int]) -> Iterable[Wrong]:
    days: list[date] = []
    for month, day in (("first_month", "first_day"), ("last_month", "last_day")):
        if month not in whole:
            return
        try:
            days.append(date(_COMMON_YEAR, whole[month], whole[day]))
        except ValueError:
            named = day if day in given else month
            said = f"không có ngày / there is no day {whole[day]}/{whole[month]}"
            yield Wrong((code, named), "out-of-range", said)
            return
    if days[0] > days[1]:
        named = next(name for name in given if name in whole)
        yield Wrong((code, named), "out-of-order", "cần đầu ≤ cuối / first ≤ last is needed")


def changed(book: Rulebook, changes: Mapping[str, Mapping[str, int]]) -> Rulebook:
    """Give the rulebook with other numbers in it; `changes` have nothing wrong."""
    parameters = {code: {**own, **changes.get(code, {})} for code, own in book.parameters.items()}
    return replace(book, parameters=parameters)


def really_changed(book: Rulebook, other: Rulebook) -> frozenset[str]:
    """Name the rules whose numbers are others."""
    return frozenset(code for code, own in book.parameters.items() if other[code] != own)
