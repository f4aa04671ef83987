"""What became of those who took part in a model, beside others; nothing that tells of somebody."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.reporting.dossier import Dossier, fold
from services.reporting.effectiveness import Compared, Income, Side, Stratum, compare, followed_from
from services.reporting.small_cells import LEAST, document, rows_of
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


def compared(joined: list[Any], others: list[Any], today: date) -> list[Compared]:
    return compare(MODEL, dossiers(joined), dossiers(others), EVERYWHERE, today)


def of(households: int, *left: int) -> Side:
    return Side(households, left)


def test_those_alike_in_status_area_and_year_are_compared() -> None:
    joined = households("in", 3, 2, joined=True)
    others = [
        *households("out", 4, 1, joined=False),
        *households("in another model", 2, 2, joined=True),
        *(classified("near_poor", START, home=uid("near")), registered(START, home=uid("near"))),
    ]
    today = date(2025, 3, 1)
    assert compared(joined, others, today) == [Compared(RURAL, of(3, 2, 2), of(4, 1, 1))]


@pytest.mark.parametrize(
    ("today", "left"),
    [
        (date(2024, 2, 29), ()),
        (date(2024, 3, 1), (1,)),
        (date(2025, 2, 28), (1,)),
        (date(2025, 3, 1), (1, 1)),
    ],
)
def test_a_time_counts_once_it_has_passed_for_all(today: date, left: tuple[int, ...]) -> None:
    (found,) = compared(households("in", 3, 1, joined=True), [], today)
    assert found.participants.left == left


def test_a_household_that_is_no_more_counts_by_its_last_status() -> None:
    joined = households("in", 2, 1, joined=True)
    gone = [closed(date(2023, 5, 1), home=uid("in 1")), closed(date(2023, 10, 1), home=uid("in 0"))]
    (found,) = compared([*joined, *gone], [], date(2024, 3, 1))
    assert found.participants == of(2, 1)


def test_a_household_is_counted_in_one_year_only() -> None:
    early = households("early", 1, 0, joined=True)
    late = households("late", 1, 0, joined=True, on=date(2024, 3, 1))
    found = compared([*early, *late], households("out", 20, 0, joined=False), date(2026, 6, 1))
    counted = [each.comparable.households for each in found]
    assert sum(counted) == 20
    assert min(counted) > 0


def test_others_are_followed_from_the_middle_enrolment() -> None:
    days = [date(2023, 9, 1), date(2023, 1, 1), date(2023, 2, 1), date(2023, 3, 1)]
    assert followed_from(days) == date(2023, 2, 1)


def told(*each: Compared, enrolled: int | None = None, incomes: int = 0) -> dict[str, Any]:
    every = sum(one.participants.households for one in each) if enrolled is None else enrolled
    earned = [Income(10, 20)] * incomes
    return document(every, each, earned)


@pytest.mark.parametrize(
    ("participants", "left"), [((10, 5), 5), ((10, 4), None), ((10, 6), None), ((9, 5), None)]
)
def test_neither_those_who_left_nor_those_who_stayed_are_shown_below_five(
    participants: tuple[int, int], left: int | None
) -> None:
    (row,) = told(Compared(RURAL, of(*participants), of(20, 10)))["compared"]
    assert row["participants"]["households"] == participants[0]
    assert row["participants"]["after_12_months"]["left"] == left
    assert row["comparable"]["after_12_months"]["left"] == 10


@pytest.mark.parametrize(("later", "shown"), [(8, 8), (9, None), (12, None), (13, 13)])
def test_nor_are_those_who_left_between_two_times(later: int, shown: int | None) -> None:
    found = told(Compared(RURAL, of(30, 8, later), of(20, 10, 10)))
    row, total = found["compared"][0]["participants"], found["total"]["after_24_months"]
    assert row["after_12_months"]["left"] == 8
    assert row["after_24_months"]["left"] == shown
    assert (None if total is None else total["left"]) == shown


@pytest.mark.parametrize(("count", "shown"), [(5, 5), (4, None)])
def test_fewer_than_five_households_are_not_counted(count: int, shown: int | None) -> None:
    found = told(Compared(RURAL, of(count), of(20)))
    (row,) = found["compared"]
    assert (found["enrolled"], row["participants"]["households"]) == (shown, shown)


@pytest.mark.parametrize(("enrolled", "shown"), [(10, 10), (11, None), (14, None), (15, 15)])
def test_how_many_were_enrolled_does_not_tell_of_the_few_who_were_not_poor(
    enrolled: int, shown: int | None
) -> None:
    assert told(Compared(RURAL, of(10, 5), of(20, 10)), enrolled=enrolled)["enrolled"] == shown


def test_a_row_that_is_too_small_is_put_together_with_the_smallest_other() -> None:
    small = Compared(NEAR, of(6, 1), of(20, 10))
    large = Compared(RURAL, of(40, 20), of(40, 20))
    middle = Compared(Stratum(2022, "poor", "rural"), of(12, 6), of(20, 10))
    rows = rows_of([small, large, middle])
    assert [row.strata for row in rows] == [(large.stratum,), (middle.stratum, small.stratum)]
    assert rows[-1].participants == of(18, 7)
    total = told(small, large, middle)["total"]["after_12_months"]
    assert (total["households"], total["left"], total["comparable_left_bp"]) == (58, 27, 5000)


@pytest.mark.parametrize(
    ("assessed", "shown"),
    [(4, "nothing"), (5, 5), (15, 15), (16, None), (19, None), (20, 20)],
)
def test_incomes_are_means_of_five_or_more(assessed: int, shown: object) -> None:
    income = told(Compared(RURAL, of(20, 10), of(20, 10)), incomes=assessed)["income"]
    assert ("nothing" if income is None else income["assessed"]) == shown
    assert income is None or (income["mean_after"], income["higher"]) == (20, None)


sides = st.integers(0, 14).flatmap(
    lambda n: st.builds(Side, st.just(n), st.tuples(*[st.integers(0, n)] * 2))
)


@settings(max_examples=100)
@given(pairs=st.lists(st.tuples(sides, sides), min_size=1, max_size=4))
def test_no_difference_of_what_is_shown_is_below_five(pairs: list[tuple[Side, Side]]) -> None:
    each = [
        Compared(Stratum(2015 + number, "poor", "rural"), *pair)
        for number, pair in enumerate(pairs)
    ]
    found = told(*each)
    shown = 0
    for row in found["compared"]:
        for name in ("participants", "comparable"):
            side = row[name]
            assert side["households"] is None or side["households"] >= LEAST
            for time in ("after_12_months", "after_24_months"):
                left = side[time]["left"]
                assert left is None or min(left, side["households"] - left) >= LEAST
            sooner, later = (side[f"after_{months}_months"]["left"] for months in (12, 24))
            between = 0 if None in (sooner, later) else abs(later - sooner)
            assert between == 0 or between >= LEAST
        shown += row["participants"]["households"] or 0
    every = found["enrolled"]
    assert every is None or every == shown or every - shown >= LEAST
    # two rows are shown only if each is whole, and so is the total
    whole = [row["participants"]["after_24_months"]["left"] for row in found["compared"]]
    assert len(whole) == 1 or None not in whole


@pytest.mark.servers
def test_a_model_is_told_within_the_readers_area(reporting: Reporting) -> None:
    joined = households("in", 11, 6, joined=True)
    incomes = [assessed_in(uid(f"in {n}"), date(2024, 3, 1), 10, 20 + n) for n in range(5)]
    reporting.record(
        model_launched(),
        *joined,
        *households("out", 12, 5, joined=False),
        *households("elsewhere", 9, 9, joined=False, code="01936"),
        *incomes,
    )
    path = f"/v1/models/{MODEL}/effectiveness"
    here = bearer("district_officer", areas=["060"])
    document = reporting.ask(path, here).json
    assert document is not None
    (row,) = document["compared"]
    assert row["participants"]["after_24_months"] == {"left": 6, "left_bp": 5454}
    assert row["comparable"]["households"] == 12
    assert row["comparable"]["after_24_months"] == {"left": 5, "left_bp": 4166}
    assert (document["enrolled"], document["income"]["mean_after"]) == (11, 22)
    assert document == reporting.ask(path, None).json
    # what was not known then is not told
    before = reporting.ask(path, here, known_at="2026-01-01T00:00:01Z").json
    assert before is not None
    assert (before["enrolled"], before["compared"]) == (None, [])
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
