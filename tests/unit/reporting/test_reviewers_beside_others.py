"""A reviewer's annual reviews of a year, and those of the others in the same communes."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from services.reporting.domain.dossier import fold
from services.reporting.figures.reviewer_stats import Reviewing, beside, made_by, reviews_of
from shared.areas import Commune, commune_on
from tests.support.facts import Recorder, classified, registered, uid
from tests.support.reviewing import reviewed

SUMMER, ON, LATER = date(2024, 8, 1), date(2024, 10, 1), date(2024, 11, 1)


def commune(code: str) -> Commune:
    found = commune_on(code, ON)
    assert found is not None
    return found


HERE, THERE = commune("01864"), commune("01867")


def made(*facts: Any, year: int = 2024) -> list[Reviewing]:
    recorded = [Recorder().record(each) for each in (registered(SUMMER), *facts)]
    return list(reviews_of(fold(recorded[0].meta.key, recorded), year))


def reviewing(who: str, result: str, where: Commune = HERE) -> Reviewing:
    return Reviewing(where, frozenset(who.split()), result)


def own(reviews: Iterable[Reviewing], where: Commune = HERE) -> Any:
    return beside(reviews, "an", {where})[where]["own"]


def test_the_annual_reviews_of_the_year_count_where_the_household_lives() -> None:
    by = ("an", "binh")
    assert made(reviewed(ON, by=by)) == [reviewing("an binh", "undecided")]
    assert made(reviewed(ON, by=by), year=2023) == []
    assert made(reviewed(ON, by=by, kind="off_cycle")) == []


def test_the_last_classification_that_names_a_review_tells_its_result() -> None:
    review, other = uid("review"), uid("other review")
    first = classified("poor", LATER, review=review)
    assert made(reviewed(ON), first) == [reviewing("reviewer", "poor")]
    again = classified("not_poor", LATER, review=review)
    assert made(reviewed(ON), first, again) == [reviewing("reviewer", "not_poor")]
    elsewhere = classified("not_poor", LATER, review=other)
    assert made(reviewed(ON), first, elsewhere) == [reviewing("reviewer", "poor")]


def test_somebody_made_a_review_who_is_one_of_its_reviewers() -> None:
    reviews = [reviewing("an binh", "poor"), reviewing("binh", "poor", THERE)]
    assert made_by(reviews, "an") == {HERE}
    assert made_by(reviews, "binh") == {HERE, THERE}
    assert made_by(reviews, "chi") == set()


def test_own_reviews_stand_beside_those_of_the_others_in_the_same_communes() -> None:
    reviews = [
        *(reviewing("an binh", "poor"), reviewing("an", "not_poor"), reviewing("binh", "poor")),
        *(reviewing("binh", "near_poor", THERE), reviewing("an", "poor", THERE)),
    ]
    told = beside(reviews, "an", {HERE})
    assert list(told) == [HERE]
    assert [told[HERE][side]["reviews"] for side in ("own", "others")] == [2, 1]
    assert list(beside(reviews, "an", {THERE, HERE})) == sorted([HERE, THERE])


def test_the_share_of_poor_and_near_poor_is_of_the_decided_ones() -> None:
    several = ["poor", "near_poor", "not_poor", "undecided", "undecided"]
    told = own([reviewing("an", result) for result in several])
    assert (told["reviews"], told["poor_or_near_poor_bp"]) == (5, 6_666)
    assert told["results"] == {
        "poor": 1,
        "near_poor": 1,
        "newly_escaped": 0,
        "not_poor": 1,
        "undecided": 2,
    }
    assert own([reviewing("an", "undecided")])["poor_or_near_poor_bp"] is None
    assert own([reviewing("an", "newly_escaped")])["poor_or_near_poor_bp"] == 0
