"""Which fact completed a finding, and the fewest that show it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

import pytest

from services.reporting.domain.minimal import begun, completing, first_minimal
from tests.support.facts import day


@dataclass(frozen=True)
class Dated:
    name: str
    on: date


def facts(*days: int) -> list[Dated]:
    return [Dated(f"fact {number}", day(on)) for number, on in enumerate(days)]


def at_least(number: int) -> Callable[[Sequence[object]], bool]:
    return lambda given: len(given) >= number


@pytest.mark.parametrize(
    ("days", "needed", "place"),
    [
        ((0, 0, 0), 1, 0),
        ((0, 0, 0), 2, 1),
        ((0, 0, 0), 3, 2),
        ((-1, 0, 0), 2, 1),
        ((0,), 1, 0),
        ((-2, -1), 1, 1),
    ],
)
def test_what_completes_it_is_the_first_fact_of_the_day_with_which_it_holds(
    days: tuple[int, ...], needed: int, place: int
) -> None:
    given = facts(*days)
    assert completing(given, day(0), at_least(needed)) == given[place]


def test_the_fewest_are_the_first_of_which_none_may_be_left_out() -> None:
    given = facts(0, 1, 2, 3)
    assert first_minimal(given, at_least(2)) == given[:2]
    assert first_minimal(given, lambda some: given[1] in some and given[3] in some) == [
        given[1],
        given[3],
    ]
    assert first_minimal(given[:1], at_least(1)) == given[:1]


def test_it_began_with_the_first_facts_that_are_enough() -> None:
    given = facts(0, 1, 2, 3)
    assert begun(given, at_least(3)) == given[:3]
    assert begun(given, at_least(4)) == given
    assert begun(given, at_least(5)) == []
    assert begun(given, lambda some: given[0] in some and given[2] in some) == [given[0], given[2]]
