"""The rows of the rules about counts: what they find where something is, and where nothing is.

Every figure is over provinces that are made up from the seeds printed beside it.
"""

import random
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from uuid import UUID

from bench.row import Row
from services.reporting.annual import RESULTS, SCORES, Reviewed
from services.reporting.detection import year_findings
from services.reporting.rulebook import RULEBOOKS
from shared.areas import Commune, places

PROVINCES = 200
COMMUNES = 108
YEAR = 2025
ON = date(2025, 10, 1)
AT = datetime(2025, 10, 1, tzinfo=UTC)
SEEDS = range(1, PROVINCES + 1)
NOTE = f"seeds 1–{PROVINCES}, {COMMUNES} communes"
POWER, FALSE = 0.8, 0.05
PLANTED_BELOW = 0.8
"""Of those near the cut-off in a planted commune: four in five just below it."""
PLANTED_POOR, POOR, SELDOM = 0.95, 0.60, 0.20
"""Of a planted reviewer's households; of everybody else's, who are reviewed because they may be
poor; and of everybody's, if whole villages were reviewed."""

Make = Callable[[random.Random, bool], Iterator[Reviewed]]


def _communes() -> list[Commune]:
    found = [place for place in places(date(YEAR, 12, 15)) if place.level == "commune"]
    return [Commune(place.code, place.valid_from) for place in found[:COMMUNES]]


def _review(
    kind: str, number: int, commune: Commune, *, hit: bool, by: tuple[str, ...] = ()
) -> Reviewed:
    return Reviewed(
        kind=kind,
        subject=str(YEAR),
        household_id=UUID(int=number),
        event_id=UUID(int=number),
        order=(ON, AT, "households", number, number),
        commune=commune,
        hit=hit,
        reviewers=by,
    )


def _points(chance: random.Random, planted: bool) -> Iterator[Reviewed]:
    """Give the reviews near the cut-off of every commune, 5 to 80 of them; one planted of 60."""
    number = 0
    for place, commune in enumerate(_communes()):
        here = planted and place == 0
        share = PLANTED_BELOW if here else 0.5
        for _ in range(60 if here else chance.randint(5, 80)):
            number += 1
            yield _review(SCORES, number, commune, hit=chance.random() < share)


def _outcomes(chance: random.Random, planted: bool, share: float = POOR) -> Iterator[Reviewed]:
    """Give the outcomes of four reviewers in each commune, 20 to 80 each; one planted of 60."""
    number = 0
    for place, commune in enumerate(_communes()):
        for who in range(4):
            here = planted and place == who == 0
            often = PLANTED_POOR if here else share
            for _ in range(60 if here else chance.randint(20, 80)):
                number += 1
                by = (f"reviewer {who}",)
                yield _review(RESULTS, number, commune, hit=chance.random() < often, by=by)


def _of_whole_villages(chance: random.Random, planted: bool) -> Iterator[Reviewed]:
    return _outcomes(chance, planted, SELDOM)


def _found(make: Make, seed: int, *, planted: bool) -> set[tuple[str, ...]]:
    given = list(make(random.Random(seed), planted))  # noqa: S311 - made-up provinces, no secret
    found, _ = year_findings(
        YEAR, lambda kind: [each for each in given if each.kind == kind], RULEBOOKS[-1]
    )
    return {each.about.subject.ids for each in found}


def _power(code: str, make: Make, subject: tuple[str, ...], effect: str) -> Row:
    seen = [subject in _found(make, seed, planted=True) for seed in SEEDS]
    power = sum(seen) / len(seen)
    return Row(
        what=f"{code}: planted effect found ({effect})",
        ours=power * 100,
        unit="%",
        goal="≥ 80 %",
        reached=power >= POWER,
        note=NOTE,
    )


def _false(code: str, make: Make, where: str, goal: float | None = FALSE) -> Row:
    found = [bool(_found(make, seed, planted=False)) for seed in SEEDS]
    false = sum(found) / len(found)
    return Row(
        what=f"{code}: clean provinces in which anything was found ({where})",
        ours=false * 100,
        unit="%",
        goal="≤ 5 %" if goal is not None else "–",
        reached=None if goal is None else false <= goal,
        note=NOTE if goal is not None else f"{NOTE}; few hits, for which the pooled z is too bold",
    )


def rows() -> list[Row]:
    """Measure the power at the planted effect, and how many clean provinces show anything."""
    first, year = _communes()[0].code, str(YEAR)
    lenient = ("reviewer 0", first, year)
    return [
        _power("BUNCHING", _points, (first, year), "four in five of 60 below the cut-off"),
        _false("BUNCHING", _points, "5 to 80 near the cut-off"),
        _power("LENIENT_REVIEWER", _outcomes, lenient, "95 % of 60 poor, of others 60 %"),
        _false("LENIENT_REVIEWER", _outcomes, "60 % poor"),
        _false("LENIENT_REVIEWER", _of_whole_villages, "20 % poor", None),
    ]
