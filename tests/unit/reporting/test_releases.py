"""Whoever asks about a model day after day, and subtracts, learns of nobody alone."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from itertools import combinations
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.reporting.domain.dossier import Dossier, effective, folded
from services.reporting.figures.releases import Release, releases, told
from services.reporting.figures.small_cells import LEAST, document
from services.reporting.queries.past import known
from services.sponsorship.events import HouseholdEnrolled
from shared.areas import EVERYWHERE, Scope
from shared.recorded import Recorded
from tests.support.facts import Recorder, classified, registered, uid
from tests.support.modelling import MODEL, assessed_in, enrolled_in

FIRST, LAST = date(2021, 1, 1), date(2026, 6, 1)
END = datetime(2027, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Home:
    """What becomes of a household: when it joins, when it leaves poverty, when that is known."""

    number: int
    joins: date | None
    status: str
    leaves: date | None
    late: int
    earns: int | None

    @property
    def id(self) -> UUID:
        return uid(f"home {self.number}")

    def history(self) -> list[Recorded]:
        events: list[Any] = [registered(FIRST, home=self.id)]
        events.append(classified(self.status, FIRST, home=self.id))
        if self.joins is not None:
            events.append(enrolled_in(self.id, self.joins))
        if self.joins is not None and self.earns is not None:
            on = self.joins + timedelta(days=200)
            events.append(assessed_in(self.id, on, 10, 10 + self.earns))
        if self.leaves is not None:
            events.append(classified("not_poor", self.leaves, home=self.id))
        recorder, found = Recorder(), list[Recorded]()
        for event in events:
            on = next(
                getattr(event, name)
                for name in ("registered_on", "effective_from", "enrolled_on", "assessed_on")
                if hasattr(event, name)
            )
            since = datetime(on.year, on.month, on.day, tzinfo=UTC)
            recorder.now = since + timedelta(days=self.late)
            found.append(recorder.record(event))
        return found


@dataclass(frozen=True)
class People:
    histories: Mapping[UUID, list[Recorded]]

    cache: dict[Release, list[Dossier]] = field(default_factory=dict)

    def _all(self, release: Release) -> list[Dossier]:
        if release not in self.cache:
            self.cache[release] = list(self._folded(release))
        return self.cache[release]

    def _folded(self, release: Release) -> Iterator[Dossier]:
        for key, history in self.histories.items():
            facts = effective(known(history, release.known_at))
            facts = [each for each in facts if each.on <= release.last]
            if facts:
                yield folded(key, facts)

    def joined(self, release: Release) -> Iterator[Dossier]:
        return (d for d in self._all(release) if d.household.of(HouseholdEnrolled))

    def others(self, release: Release) -> list[Dossier]:
        return self._all(release)

    def of(self, release: Release, ids: Sequence[UUID]) -> dict[UUID, Dossier]:
        return {d.household_id: d for d in self._all(release) if d.household_id in ids}

    def around(self, release: Release) -> Scope:
        del release
        return EVERYWHERE


def answer(people: People, valid_at: date, known_at: datetime = END) -> dict[str, Any]:
    so_far = told(MODEL, people, releases(FIRST, valid_at, known_at))
    return document([each.row for each in so_far.rows], so_far.others, so_far.incomes)


def people_of(homes: Sequence[Home]) -> People:
    return People({home.id: home.history() for home in homes})


def days(first: date, last: date) -> st.SearchStrategy[date]:
    return st.dates(first, last)


JOINED = st.builds(
    Home,
    number=st.just(0),
    joins=days(date(2021, 2, 1), date(2022, 12, 31)),
    status=st.sampled_from(("poor", "poor", "poor", "poor", "near_poor", "not_poor")),
    leaves=st.none() | days(date(2021, 6, 1), date(2023, 12, 31)),
    late=st.sampled_from((1, 1, 20, 400)),
    earns=st.none() | st.integers(-5, 20),
)
OTHER = st.builds(
    Home,
    number=st.just(0),
    joins=st.none(),
    status=st.sampled_from(("poor", "near_poor")),
    leaves=st.none() | days(date(2021, 6, 1), date(2023, 12, 31)),
    late=st.sampled_from((1, 1, 20, 400)),
    earns=st.none(),
)


@st.composite
def homes(draw: st.DrawFn) -> list[Home]:
    drawn = [
        *draw(st.lists(JOINED, min_size=25, max_size=40)),
        *draw(st.lists(OTHER, min_size=25, max_size=40)),
    ]
    return [
        Home(number, each.joins, each.status, each.leaves, each.late, each.earns)
        for number, each in enumerate(drawn)
    ]


def cells(told: Any, place: str = "") -> Iterator[tuple[str, int]]:
    """Give every count of households in an answer by where it stands."""
    if isinstance(told, dict):
        for name, own in told.items():
            if not name.endswith("_bp") and not name.startswith("mean"):
                yield from cells(own, f"{place}/{name}")
    elif isinstance(told, list):
        for number, own in enumerate(told):
            yield from cells(own, f"{place}/{number}")
    elif isinstance(told, int):
        yield place, told


COUNTS = ("enrolled", "compared", "total", "income")
OF_ROWS = ("year", "strata", "least_shown")


def counted(answer: dict[str, Any]) -> dict[str, int]:
    every = cells({name: answer[name] for name in COUNTS})
    return {place: n for place, n in every if place.rsplit("/", 1)[1] not in OF_ROWS}


@settings(max_examples=8, deadline=None)
@given(homes=homes())
def test_between_any_two_days_a_cell_is_the_same_or_five_households_others(
    homes: list[Home],
) -> None:
    people = people_of(homes)
    half_years = [date(year, month, 1) for year in range(2022, 2027) for month in (4, 10)]
    told_on = [counted(answer(people, day)) for day in half_years if day <= LAST]
    for one, other in combinations(told_on, 2):
        for place in one.keys() & other.keys():
            assert abs(one[place] - other[place]) in {0, *range(LEAST, 100)}, place
        # how many earn more is told only while it is of none too few, and then no more at all
        assert one.keys() - {"/income/higher"} <= other.keys()
    for each in told_on:
        assert all(n == 0 or n >= LEAST for n in each.values())


CROWD = [
    Home(number, date(2022, 3, 1 + number), "poor", leaves, 1, None)
    for number, leaves in enumerate([date(2022, 9, 1)] * 6 + [None] * 6)
]
BESIDE = [
    Home(20 + number, None, "poor", leaves, 1, None)
    for number, leaves in enumerate([date(2022, 9, 1)] * 5 + [None] * 5)
]
LATE = Home(50, date(2022, 6, 1), "poor", None, 800, None)


def test_every_day_between_two_releases_tells_the_same() -> None:
    people = people_of([*CROWD, *BESIDE])
    told_on = {
        day: answer(people, day)["enrolled"]
        for number in (*range(-3, 3), 90, 182)
        if (day := date(2024, 4, 1) + timedelta(days=number))
    }
    assert {day for day, n in told_on.items() if n is None} == {
        date(2024, 3, 29),
        date(2024, 3, 30),
        date(2024, 3, 31),
    }
    assert {n for n in told_on.values() if n} == {12}


@pytest.mark.parametrize("seconds", [0, 1])
def test_what_was_not_known_in_time_is_not_in_a_release(seconds: int) -> None:
    people = people_of([*CROWD, *BESIDE])
    (made, *_) = releases(date(2024, 1, 1), LAST, END)
    at = made.known_at - timedelta(seconds=seconds)
    assert answer(people, LAST, at)["enrolled"] == (None if seconds else 12)


def test_who_is_recorded_late_changes_nothing_that_was_told() -> None:
    never = people_of([*CROWD, *BESIDE, replace(LATE, joins=None)])
    late = people_of([*CROWD, *BESIDE, LATE])
    assert answer(late, LAST) == answer(never, LAST)
    assert answer(late, LAST)["total"]["after_24_months"]["left"] == 6


@pytest.mark.parametrize(("more", "assessed"), [(1, 5), (4, 5), (5, 10)])
def test_further_incomes_are_told_of_once_there_are_five(more: int, assessed: int) -> None:
    first = [Home(number, date(2022, 3, 1), "poor", None, 1, 5) for number in range(5)]
    later = [Home(5 + number, date(2023, 3, 1), "poor", None, 1, 7) for number in range(more)]
    income = answer(people_of([*first, *later]), LAST)["income"]
    assert income["assessed"] == assessed
    assert income["mean_after"] == (15 if assessed == 5 else 16)


def test_releases_are_those_of_march_and_september_that_are_past() -> None:
    def made(first: date, valid_at: date, known_at: datetime = END) -> list[date]:
        return [each.last for each in releases(first, valid_at, known_at)]

    march, september = date(2024, 3, 31), date(2024, 9, 30)
    assert made(march, date(2024, 10, 1)) == [march, september]
    assert made(march + timedelta(days=1), date(2024, 10, 1)) == [september]
    assert made(march, september) == [march]
    assert made(date(2023, 12, 31), date(2025, 4, 1)) == [march, september, date(2025, 3, 31)]
