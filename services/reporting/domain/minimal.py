"""Which facts a finding needs: the one that completed it, and the fewest that show it. Pure."""

from bisect import bisect_left
from collections.abc import Callable, Sequence
from datetime import date
from typing import Protocol, TypeVar


class _Dated(Protocol):
    @property
    def on(self) -> date: ...


F = TypeVar("F")
D = TypeVar("D", bound=_Dated)


def first_minimal(facts: Sequence[F], fires: Callable[[Sequence[F]], bool]) -> list[F]:
    """Return the first set, in fact order, that fires and of which nothing may be left out.

    `facts` are in fact order and fire together.
    """
    needed, before = _thinned(facts, fires), list(facts)
    # what took back something that is now left out may itself be left out after all
    while len(needed) < len(before):
        needed, before = _thinned(needed, fires), needed
    return needed


def _thinned(facts: Sequence[F], fires: Callable[[Sequence[F]], bool]) -> list[F]:
    """Return what remains when each fact in its turn, the last first, is left out if it may be."""
    needed = list(facts)
    for fact in reversed(facts):
        rest = [kept for kept in needed if kept is not fact]
        if fires(rest):
            needed = rest
    return needed


def begun(facts: Sequence[F], fires: Callable[[Sequence[F]], bool]) -> list[F]:
    """Return the first set as above of facts that none of them takes back: more fire the more."""
    if not fires(facts):
        return []
    number = bisect_left(range(len(facts)), True, key=lambda n: fires(facts[:n]))
    return _thinned(facts[:number], fires)


def completing(facts: Sequence[D], day: date, fires: Callable[[Sequence[D]], bool]) -> D:
    """Give the fact of a day with which the condition came about, else the last one.

    `facts` are in fact order, of days up to this one, and fire together.
    """
    number = len(facts)
    while number > 1 and facts[number - 1].on == day and fires(facts[: number - 1]):
        number -= 1
    return facts[number - 1]
