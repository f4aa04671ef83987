"""What became of those who took part in a model, beside others; nothing that tells of somebody."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.reporting.domain.dossier import Dossier, fold
from services.reporting.figures.effectiveness import (
    Compared,
    Followed,
    Joined,
    Side,
    Stratum,
    compare,
    enrolment,
    followed_from,
    stratum_of,
)
from services.reporting.figures.small_cells import LEAST, Row, document, joined
from services.sponsorship.events import HouseholdEnrolled
from shared.areas import EVERYWHERE
from tests.support.counter_app import bearer
from tests.support.facts import classified, closed, history, registered, uid
from tests.support.modelling import (
    MODEL,
    START,
    assessed_in,
    enrolled_in,
    households,
    model_launched,
)
from tests.support.reporting import Reporting

RURAL = Stratum(2023, "poor", "rural")
NEAR = Stratum(2023, "near_poor", "rural")


def dossiers(events: Iterable[Any]) -> Iterator[Dossier]:
    own: dict[Any, list[Any]] = {}
    for event in events:
        own.setdefault(event.household_id, []).append(event)
    return (fold(home, history(*of_home)) for home, of_home in own.items())


def joining(events: Iterable[Any], today: date) -> Iterator[Joined]:
    for dossier in dossiers(events):
        on = enrolment(dossier, MODEL)
        assert on is not None
        stratum = stratum_of(dossier, on.on, today)
        assert stratum is not None
        yield Joined(dossier, on.on, stratum)


def compared(ours: list[Any], others: list[Any], today: date) -> list[Compared]:
    return compare(joining(ours, today), dossiers(others), EVERYWHERE, today)


def of(households: int, *left: int) -> Side:
    return Side(households, left)


def side(followed: Iterable[Followed]) -> Side:
    every = list(followed)
    return of(len(every), sum(each.left for each in every))


def test_those_alike_in_status_area_and_year_are_compared() -> None:
    ours = households("in", 3, 2, joined=True)
    others = [
        *households("out", 4, 1, joined=False),
        *households("in another model", 2, 2, joined=True),
        *(classified("near_poor", START, home=uid("near")), registered(START, home=uid("near"))),
    ]
    (found,) = compared(ours, others, date(2025, 3, 1))
    assert found.stratum == RURAL
    assert (side(found.participants), side(found.comparable)) == (of(3, 2), of(4, 1))


def test_a_household_that_is_no_more_counts_by_its_last_status() -> None:
    ours = households("in", 2, 1, joined=True)
    gone = [closed(date(2023, 5, 1), home=uid("in 1")), closed(date(2023, 10, 1), home=uid("in 0"))]
    (found,) = compared([*ours, *gone], [], date(2024, 3, 1))
    assert side(found.participants) == of(2, 1)


def test_a_household_is_counted_in_one_year_only() -> None:
    early = households("early", 1, 0, joined=True)
    late = households("late", 1, 0, joined=True, on=date(2024, 3, 1))
    found = compared([*early, *late], households("out", 20, 0, joined=False), date(2026, 6, 1))
    counted = [len(each.comparable) for each in found]
    assert sum(counted) == 20
    assert min(counted) > 0


def test_others_are_followed_from_the_middle_enrolment() -> None:
    days = [date(2023, 9, 1), date(2023, 1, 1), date(2023, 2, 1), date(2023, 3, 1)]
    assert followed_from(days) == date(2023, 2, 1)


def row(stratum: Stratum, participants: Side, comparable: Side) -> Row:
    return Row((stratum,), participants, comparable)


def shown(*rows: Row) -> dict[str, Any]:
    return document(rows, 0, [])


@pytest.mark.parametrize(
    ("participants", "told"), [((10, 5), 1), ((10, 4), 0), ((10, 6), 0), ((9, 5), 0)]
)
def test_neither_those_who_left_nor_those_who_stayed_are_told_below_five(
    participants: tuple[int, int], told: int
) -> None:
    assert len(joined([row(RURAL, of(*participants), of(20, 10))])) == told
    assert len(joined([row(RURAL, of(20, 10), of(*participants))])) == told


@pytest.mark.parametrize(("later", "told"), [(8, 8), (9, None), (12, None), (13, 13)])
def test_nor_are_those_who_left_between_two_times(later: int, told: int | None) -> None:
    found = shown(row(RURAL, of(30, 8, later), of(20, 10, 10)))
    own, total = found["compared"][0]["participants"], found["total"]["after_24_months"]
    assert own["after_12_months"]["left"] == 8
    assert own["after_24_months"]["left"] == told
    assert (None if total is None else total["left"]) == told


def test_a_row_that_is_too_small_is_put_together_with_the_smallest_other() -> None:
    small = row(NEAR, of(6, 1), of(20, 10))
    large = row(RURAL, of(40, 20), of(40, 20))
    middle = row(Stratum(2022, "poor", "rural"), of(12, 6), of(20, 10))
    rows = joined([small, large, middle])
    assert [each.strata for each in rows] == [large.strata, (*middle.strata, *small.strata)]
    assert rows[-1].participants == of(18, 7)
    total = shown(*rows)["total"]["after_12_months"]
    assert (total["households"], total["left"], total["comparable_left_bp"]) == (58, 27, 5000)


sides = st.integers(0, 14).flatmap(
    lambda n: st.builds(Side, st.just(n), st.tuples(st.integers(0, n)))
)


@settings(max_examples=100)
@given(pairs=st.lists(st.tuples(sides, sides), min_size=1, max_size=4))
def test_every_row_is_enough_and_nobody_is_in_two(pairs: list[tuple[Side, Side]]) -> None:
    given = [
        row(Stratum(2015 + number, "poor", "rural"), *pair) for number, pair in enumerate(pairs)
    ]
    rows = joined(given)
    for each in rows:
        for own in (each.participants, each.comparable):
            assert min(own.left[0], own.households - own.left[0]) >= LEAST
    strata = [stratum for each in rows for stratum in each.strata]
    assert len(strata) == len(set(strata))


@pytest.mark.servers
def test_a_model_is_told_within_the_readers_area(reporting: Reporting) -> None:
    ours = households("in", 11, 6, joined=True)
    incomes = [assessed_in(uid(f"in {n}"), date(2024, 3, 1), 10, 20 + n) for n in range(5)]
    reporting.record(
        model_launched(),
        *ours,
        *households("out", 12, 5, joined=False),
        *households("elsewhere", 9, 9, joined=False, code="01936"),
        *incomes,
    )
    path = f"/v1/models/{MODEL}/effectiveness"
    here = bearer("district_officer", areas=["060"])
    document = reporting.ask(path, here).json
    assert document is not None
    (told,) = document["compared"]
    assert told["participants"]["after_24_months"] == {"left": 6, "left_bp": 5454}
    assert told["comparable"]["households"] == 12
    assert told["comparable"]["after_24_months"] == {"left": 5, "left_bp": 4166}
    assert (document["enrolled"], document["income"]["mean_after"]) == (11, 22)
    assert document["released_on"] == "2026-04-01"
    assert document == reporting.ask(path, None).json
    # what was not known then, or had not ended, is not told
    before: tuple[dict[str, Any], ...] = (
        {"known_at": "2026-03-31T16:59:59Z"},
        {"valid_at": "2026-03-31"},
    )
    for times in before:
        earlier = reporting.ask(path, here, **times).json or {}
        assert (earlier["enrolled"], earlier["compared"], earlier["released_on"]) == (
            None,
            [],
            None,
        )
    elsewhere = bearer("district_officer", areas=["061"])
    assert reporting.ask(path, elsewhere).status_code == 404
    assert reporting.ask(path, here, valid_at="2023-02-28").status_code == 404
    assert [each["model_id"] for each in reporting.items("/v1/models", here)] == [str(MODEL)]
    assert reporting.items("/v1/models", elsewhere) == []
    assert reporting.items("/v1/models", None, area="061") == []
    assert reporting.ask(path, bearer("bank_teller")).status_code == 403


def test_the_first_enrolment_counts() -> None:
    again = enrolled_in(uid("in 0"), date(2024, 1, 1))
    assert isinstance(again, HouseholdEnrolled)
    (found,) = compared([*households("in", 1, 0, joined=True), again], [], date(2026, 1, 1))
    assert found.stratum == RURAL
