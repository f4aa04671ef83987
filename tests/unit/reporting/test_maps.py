"""The same households on either map of communes."""

from typing import Any

from services.reporting.domain.maps import Which, by_commune, on_map
from shared.areas import REFORM, Commune, commune_on
from shared.areas.tree import LAST_OLD_DAY


def old(code: str) -> Commune:
    found = commune_on(code, LAST_OLD_DAY)
    assert found is not None
    return found


def new(code: str) -> Commune:
    found = commune_on(code, REFORM)
    assert found is not None
    return found


SMALL, MERGED = old("01861"), new("01864")
"""The new commune 01864 was formed of the old ones 01858, 01861, 01864 and 01870."""


def counted(which: Which, *communes: Commune | None) -> list[dict[str, Any]]:
    things = [(commune, number) for number, commune in enumerate(communes)]
    return by_commune(things, which, lambda found: {"found": found})


def test_a_commune_is_put_on_the_map_that_is_asked_for() -> None:
    assert on_map(SMALL, "own") == SMALL
    assert on_map(SMALL, "old") == SMALL
    assert on_map(SMALL, "new") == MERGED
    assert on_map(MERGED, "own") == MERGED
    assert on_map(MERGED, "new") == MERGED


def test_nothing_tells_which_old_commune_a_merged_one_was_nor_where_an_unknown_place_is() -> None:
    assert on_map(MERGED, "old") is None
    assert [on_map(None, which) for which in ("own", "old", "new")] == [None] * 3


def test_a_household_counts_once_in_the_commune_of_the_map() -> None:
    places = (SMALL, old("01858"), MERGED)
    (one,) = counted("new", *places)
    assert (one["commune"], one["found"]) == (MERGED, [0, 1, 2])
    own = counted("own", *places)
    assert sorted(number for each in own for number in each["found"]) == [0, 1, 2]
    assert [each["commune"] for each in own] == sorted(places)


def test_communes_come_with_their_names_and_what_has_no_place_comes_last() -> None:
    *_, known, nowhere = counted("old", None, MERGED, SMALL)
    assert (known["commune"], known["found"]) == (SMALL, [2])
    assert known["name"]
    assert nowhere == {"commune": None, "name": None, "found": [0, 1]}
    assert [each["commune"] for each in counted("old", SMALL)] == [SMALL]
