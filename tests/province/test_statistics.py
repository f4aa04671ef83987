"""Ordinary households are as many, as poor and as indebted as the figures that are known say."""

from collections import Counter
from datetime import date

import pytest

from simulation.book import Line
from simulation.ordinary import neighbours
from simulation.plan import Plan, years

HOUSEHOLDS = 1_500


@pytest.fixture(scope="module")
def lines() -> list[Line]:
    plan = Plan(households=HOUSEHOLDS, years=years("2021-2026"), seed=5, plants={})
    communes = plan.communes([])
    return [
        line
        for place, commune in enumerate(communes)
        for book in neighbours(plan, commune, range(place, HOUSEHOLDS, len(communes)))
        for line in book.lines()
    ]


def percent(lines: list[Line], on: date) -> dict[str, float]:
    """Give the share of each status on a day."""
    held: dict[int, tuple[str, str]] = {}
    for line in lines:
        if line.path.endswith("/classifications"):
            turn = (line.body["effective_from"], line.body["status"])
            book = line.place[0]
            if turn[0] <= on.isoformat():
                held[book] = max(turn, held.get(book, turn))
    counted = Counter(status for _, status in held.values())
    assert counted.total() == HOUSEHOLDS
    return {status: 100 * count / HOUSEHOLDS for status, count in counted.items()}


def test_poverty_falls_as_it_did(lines: list[Line]) -> None:
    assert percent(lines, date(2022, 1, 1))["poor"] == pytest.approx(27.37, abs=1.5)
    assert percent(lines, date(2022, 1, 1))["near_poor"] == pytest.approx(9.74, abs=1.5)
    assert percent(lines, date(2025, 1, 1))["poor"] == pytest.approx(19.46, abs=1.5)


def test_loans_are_of_the_programmes_that_people_take(lines: list[Line]) -> None:
    taken = Counter(line.body["programme"] for line in lines if line.path == "/v1/loans")
    known = {"HN": 28, "HCN": 14, "HMTN": 12, "SXKD": 14, "NSVS": 16, "GQVL": 10}
    for programme, share in known.items():
        assert 100 * taken[programme] / taken.total() == pytest.approx(share, abs=4)


def test_households_are_as_large_as_they_are(lines: list[Line]) -> None:
    sizes = [1 + len(line.body["members"]) for line in lines if line.path == "/v1/households"]
    assert len(sizes) == HOUSEHOLDS
    assert sum(sizes) / HOUSEHOLDS == pytest.approx(3.8, abs=0.2)


def test_they_live_in_all_108_communes_of_the_old_map(lines: list[Line]) -> None:
    told = [line for line in lines if line.path == "/v1/households"]
    assert len({line.body["commune_code"] for line in told}) == 108
