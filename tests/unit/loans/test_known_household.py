"""What loans makes of a household's events, in whatever order they arrive."""

from collections.abc import Sequence
from typing import Any

from services.households.events import HouseholdMoved
from services.loans.policies import KnownHousehold, known_household
from shared.areas import commune_on
from tests.support.facts import DAY, HOME, LAST_YEAR, PERSON, classified, closed, day, registered
from tests.support.facts import history as recorded
from tests.support.given import an_id
from tests.support.households import a_member
from tests.support.reviewing import joined, left, reviewed

CHILD = a_member("child").member_id


def known(*facts: Any) -> KnownHousehold:
    found = known_household(recorded(*facts))
    assert found is not None
    backwards: Sequence[Any] = list(reversed(recorded(*facts)))
    assert known_household(backwards) == found
    return found


def test_of_no_event_nothing_is_known() -> None:
    assert known_household([]) is None


def test_its_people_belong_to_it_from_its_registration_and_from_when_they_join() -> None:
    one = known(registered(), joined(day(5), CHILD))
    assert (one.registered_on, one.closed_on) == (LAST_YEAR, None)
    assert (one.first_joined(PERSON), one.first_joined(CHILD)) == (LAST_YEAR, day(5))
    assert one.first_joined(an_id("stranger")) is None


def test_whoever_left_is_gone_from_that_day_until_a_return() -> None:
    one = known(registered(), joined(DAY, CHILD), left(day(5), CHILD), joined(day(9), CHILD))
    assert one.left_on(CHILD, day(4)) is None
    assert [one.left_on(CHILD, day(n)) for n in (5, 8)] == [day(5), day(5)]
    assert one.left_on(CHILD, day(9)) is None
    assert one.left_on(PERSON, day(9)) is None
    assert one.left_on(an_id("stranger"), day(9)) is None


def test_a_second_departure_leaves_the_first_as_it_was() -> None:
    one = known(
        registered(),
        joined(DAY, CHILD),
        left(day(5), CHILD),
        joined(day(9), CHILD),
        left(day(12), CHILD),
    )
    assert [stay.left_on for stay in one.stays if stay.member_id == CHILD] == [day(5), day(12)]
    assert [stay.left_on for stay in one.stays if stay.member_id == PERSON] == [None]


def test_its_status_and_its_end_are_known() -> None:
    one = known(registered(), classified("poor"), closed(DAY))
    assert one.status_on(DAY, DAY) == "poor"
    assert one.status_on(LAST_YEAR, DAY) is None
    assert one.closed_on == DAY
    assert one.commune_on(DAY) is not None


def test_a_status_counts_from_the_day_of_its_decision_for_whoever_decides_by_then() -> None:
    one = known(registered(), classified("poor", on=day(5), effective=day(-9)))
    assert one.status_on(DAY, decided_by=day(4)) is None
    assert one.status_on(DAY, decided_by=day(5)) == "poor"
    assert one.status_on(day(-10), decided_by=day(5)) is None


def test_whoever_belonged_twice_did_so_from_the_first_day() -> None:
    one = known(registered(), joined(DAY, CHILD), left(day(5), CHILD), joined(day(9), CHILD))
    assert one.first_joined(CHILD) == DAY


def test_whoever_joins_and_leaves_on_one_day_has_left() -> None:
    one = known(registered(), joined(day(5), CHILD), left(day(5), CHILD))
    assert one.left_on(CHILD, day(5)) == day(5)


def test_it_lives_where_it_moved_and_what_is_not_about_it_changes_nothing() -> None:
    there = commune_on("01906", day(9))
    assert there is not None
    moved = HouseholdMoved(
        household_id=HOME, commune=there, village="Nà Nghè", area_type="rural", moved_on=day(9)
    )
    one = known(registered(), moved, reviewed(day(10)), classified("rich", on=day(11)))
    assert [one.commune_on(day(n)) == there for n in (8, 9)] == [False, True]
    assert one.status_on(day(12), day(12)) is None
    assert one.registered_on == LAST_YEAR
