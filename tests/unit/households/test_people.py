"""Who a household is, and where."""

from datetime import date, timedelta
from typing import Any

import pytest

from services.households import commands, errors, events
from services.households.decider import HOUSEHOLD as DECIDER
from tests.support.given import LEADER, Given, an_id, given
from tests.support.households import (
    BOC_BO,
    DAY,
    HEAD,
    HOUSEHOLD,
    NGHIEN_LOAN,
    a_member,
    household_registered,
)

SPOUSE = an_id("spouse")


def registered(**more: Any) -> Given:
    return given(DECIDER, household_registered(**more))


def a_registration(**more: Any) -> commands.RegisterHousehold:
    fields: dict[str, Any] = {
        "household_id": HOUSEHOLD,
        "commune": BOC_BO,
        "village": "Nà Lẹng",
        "area_type": "rural",
        "head": a_member(),
        "registered_on": DAY,
    }
    return commands.RegisterHousehold(**(fields | more))


def joining(name: str = "spouse", **more: Any) -> commands.AddMember:
    day = more.pop("joined_on", DAY)
    return commands.AddMember(household_id=HOUSEHOLD, member=a_member(name, **more), joined_on=day)


def leaving(**more: Any) -> commands.RemoveMember:
    fields: dict[str, Any] = {"member_id": SPOUSE, "left_on": DAY, "reason": "moved"}
    return commands.RemoveMember(household_id=HOUSEHOLD, **(fields | more))


def closure(day: date = DAY) -> events.HouseholdClosed:
    return events.HouseholdClosed(household_id=HOUSEHOLD, closed_on=day, reason="other")


def test_a_household_is_registered_with_its_place_and_head() -> None:
    given(DECIDER).when(a_registration()).then(household_registered())


def test_a_household_is_registered_once() -> None:
    registered().when(a_registration()).then_refused(
        errors.HouseholdAlreadyRegistered, "already-exists"
    )


def test_nothing_happens_to_an_unknown_household() -> None:
    given(DECIDER).when(joining()).then_refused(errors.HouseholdNotFound, "not-found")


def test_two_members_cannot_have_one_id() -> None:
    twice = (a_member("spouse"), a_member("spouse"))
    given(DECIDER).when(a_registration(members=twice)).then_malformed(
        "/members/1/member_id", "out-of-range"
    )


def test_one_citizen_number_is_one_member() -> None:
    head = a_member(citizen_ref="h1:a")
    other = a_member("spouse", citizen_ref="h1:a")
    asked = a_registration(head=head, members=(other,))
    given(DECIDER).when(asked).then_refused(errors.DuplicateCitizen, "duplicate-citizen")
    registered(head=head).when(joining(citizen_ref="h1:a")).then_refused(errors.DuplicateCitizen)
    registered(head=head).when(joining(citizen_ref="h1:b")).then_happened(events.MemberJoined)


def test_a_member_joins_leaves_and_joins_again() -> None:
    there = registered(members=(a_member("spouse"),))
    there.when(joining()).then_refused(errors.AlreadyAMember, "already-exists")
    gone = there.and_(there.when(leaving()).then_happened(events.MemberLeft))
    gone.when(leaving()).then_refused(errors.MemberAlreadyLeft)
    gone.when(joining(joined_on=DAY - timedelta(days=1))).then_malformed(
        "/joined_on", "out-of-order"
    )
    gone.when(joining()).then_happened(events.MemberJoined)


def test_nobody_leaves_before_joining() -> None:
    there = registered(members=(a_member("spouse"),))
    there.when(leaving(left_on=DAY - timedelta(days=1))).then_malformed("/left_on", "out-of-order")
    there.when(leaving(member_id=an_id("stranger"))).then_refused(
        errors.MemberNotFound, "not-found"
    )


def test_only_a_member_of_that_day_becomes_the_head() -> None:
    there = registered(members=(a_member("spouse"),))
    change = commands.ChangeHead(household_id=HOUSEHOLD, member_id=SPOUSE, since=DAY)
    there.when(change).then_happened(events.HeadChanged)
    there.and_(there.when(leaving()).then_happened(events.MemberLeft)).when(change).then_refused(
        errors.NotAMember
    )
    same = commands.ChangeHead(household_id=HOUSEHOLD, member_id=HEAD, since=DAY)
    there.when(same).then_nothing_changes()


def test_moving_to_where_it_lives_changes_nothing() -> None:
    def move(**more: Any) -> commands.MoveHousehold:
        fields: dict[str, Any] = {"commune": BOC_BO, "village": "Nà Lẹng", "area_type": "rural"}
        return commands.MoveHousehold(household_id=HOUSEHOLD, moved_on=DAY, **(fields | more))

    registered().when(move()).then_nothing_changes()
    registered().when(move(commune=NGHIEN_LOAN)).then_happened(events.HouseholdMoved)


def test_the_place_on_a_day_follows_the_moves_however_late_they_are_recorded() -> None:
    def moved(commune: Any, day: date) -> events.HouseholdMoved:
        return events.HouseholdMoved(
            household_id=HOUSEHOLD, commune=commune, village="x", area_type="rural", moved_on=day
        )

    may, june = date(2024, 5, 1), date(2024, 6, 1)
    state = registered().and_(moved(BOC_BO, june), moved(NGHIEN_LOAN, may)).state
    assert state.commune_on(DAY - timedelta(days=1)) == BOC_BO
    assert state.commune_on(may - timedelta(days=1)) == BOC_BO
    assert state.commune_on(may) == NGHIEN_LOAN
    assert state.commune_on(june) == BOC_BO


@pytest.mark.parametrize(("days", "refused"), [(0, False), (1, True)])
def test_a_closed_household_takes_facts_up_to_its_last_day(days: int, *, refused: bool) -> None:
    closed = registered().and_(closure())
    answer = closed.when(joining(joined_on=DAY + timedelta(days=days)))
    if refused:
        answer.then_refused(errors.HouseholdAlreadyClosed, "already-closed")
    else:
        answer.then_happened(events.MemberJoined)


def test_a_household_closes_once() -> None:
    again = commands.CloseHousehold(household_id=HOUSEHOLD, closed_on=DAY, reason="other")
    registered().and_(closure()).when(again).then_refused(errors.HouseholdAlreadyClosed)


def test_a_household_is_not_closed_before_it_came_or_before_what_is_recorded_of_it() -> None:
    def close(day: date, **more: Any) -> commands.CloseHousehold:
        return commands.CloseHousehold(
            household_id=HOUSEHOLD, closed_on=day, reason="other", **more
        )

    there = registered()
    there.when(close(DAY - timedelta(days=1))).then_malformed("/closed_on", "out-of-order")
    there.when(close(DAY)).then_happened(events.HouseholdClosed)
    there.when(close(DAY, into_household_id=HOUSEHOLD)).then_malformed(
        "/into_household_id", "out-of-range"
    )
    later = DAY + timedelta(days=9)
    grown = there.and_(there.when(joining(joined_on=later)).then_happened(events.MemberJoined))
    grown.when(close(later - timedelta(days=1))).then_malformed("/closed_on", "out-of-order")
    grown.when(close(later)).then_happened(events.HouseholdClosed)


def test_a_household_is_not_split_from_itself() -> None:
    given(DECIDER).when(a_registration(split_from=HOUSEHOLD)).then_malformed(
        "/split_from", "out-of-range"
    )


def test_nobody_heads_a_household_before_joining_or_leaves_it_before_heading_it() -> None:
    later = DAY + timedelta(days=9)

    def head(day: date) -> commands.ChangeHead:
        return commands.ChangeHead(household_id=HOUSEHOLD, member_id=SPOUSE, since=day)

    registered().when(head(DAY)).then_refused(errors.NotAMember)
    there = registered().and_(
        events.MemberJoined(household_id=HOUSEHOLD, member=a_member("spouse"), joined_on=later)
    )
    there.when(head(DAY)).then_refused(errors.NotAMember)
    there.when(head(DAY - timedelta(days=1))).then_malformed("/from", "out-of-order")
    heads = there.and_(there.when(head(later)).then_happened(events.HeadChanged))
    heads.when(leaving(left_on=later - timedelta(days=1))).then_malformed(
        "/left_on", "out-of-order"
    )
    heads.when(leaving(left_on=later)).then_happened(events.MemberLeft)


def test_a_number_of_the_past_is_one_members_too() -> None:
    there = registered(members=(a_member("spouse", citizen_ref="h1:a"),))
    later = DAY + timedelta(days=9)
    gone = there.and_(there.when(leaving(left_on=later)).then_happened(events.MemberLeft))
    early = joining("other", citizen_ref="h1:a", joined_on=later - timedelta(days=1))
    gone.when(early).then_refused(errors.DuplicateCitizen, "duplicate-citizen")
    gone.when(joining("other", citizen_ref="h1:a", joined_on=later)).then_happened(
        events.MemberJoined
    )


def test_the_same_groups_and_causes_change_nothing_in_any_order() -> None:
    groups = commands.SetGroups(
        household_id=HOUSEHOLD, groups=("war_merit", "single_parent"), occurred_on=DAY
    )
    there = registered()
    set_ = there.and_(there.when(groups).then_happened(events.HouseholdGroupsSet))
    turned = commands.SetGroups(
        household_id=HOUSEHOLD, groups=("single_parent", "war_merit"), occurred_on=DAY
    )
    set_.when(turned).then_nothing_changes()
    none = commands.SetGroups(household_id=HOUSEHOLD, groups=(), occurred_on=DAY)
    set_.when(none).then_happened(events.HouseholdGroupsSet)
    causes = commands.SetCauses(household_id=HOUSEHOLD, causes=("no_land",), occurred_on=DAY)
    there = there.and_(there.when(causes).then_happened(events.PovertyCausesSet))
    there.when(causes).then_nothing_changes()


def test_erasing_twice_changes_nothing() -> None:
    def erase(who: Any) -> commands.ErasePersonalData:
        return commands.ErasePersonalData(
            household_id=HOUSEHOLD, person=who, legal_basis="Luật 91/2025", occurred_on=DAY
        )

    there = registered()
    there.when(erase(an_id("stranger")), LEADER).then_refused(errors.MemberNotFound)
    gone = there.and_(there.when(erase(HEAD)).then_happened(events.PersonalDataErased))
    gone.when(erase(HEAD)).then_nothing_changes()
