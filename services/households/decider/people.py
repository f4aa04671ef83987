"""Which facts about who a household is, and where, its history can take in."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from services.households import errors, events
from services.households.events import HouseholdEvent, Member
from services.households.state import OUTLIVING, HouseholdState, MemberState
from shared.decider import Malformed
from shared.event import occurred_on
from shared.fact import in_order, named_in_requests, not_before_facts
from shared.recorded import Actor


def on_the_register(state: HouseholdState, fact: HouseholdEvent, _: Actor) -> None:
    """Refuse what is not about a household that is there, or outlives it, but a registration."""
    if isinstance(fact, events.HouseholdRegistered):
        return
    if state.household_id is None:
        raise errors.HouseholdNotFound
    closed_on = state.closed_on
    if closed_on is None or isinstance(fact, OUTLIVING):
        return
    if isinstance(fact, events.HouseholdClosed) or occurred_on(fact) > closed_on:
        raise errors.HouseholdAlreadyClosed(closed_on=closed_on)


def register(state: HouseholdState, fact: events.HouseholdRegistered, _: Actor) -> None:
    """Register once, nobody twice."""
    if state.household_id is not None:
        raise errors.HouseholdAlreadyRegistered
    _another("/split_from", fact.split_from, fact.household_id)
    people = (fact.head, *fact.members)
    seen: set[UUID] = set()
    for index, person in enumerate(people):
        if person.member_id in seen:
            raise Malformed(
                f"/members/{index - 1}/member_id",
                "out-of-range",
                "hai thành viên cùng một mã / two members have the same id",
            )
        _single(person, people[:index])
        seen.add(person.member_id)


def join(state: HouseholdState, fact: events.MemberJoined, _: Actor) -> None:
    """Let somebody join who is not there, nor there by another id."""
    person, day = fact.member, fact.joined_on
    before = state.members.get(person.member_id)
    if before is not None:
        if before.left_on is None:
            raise errors.AlreadyAMember(member_id=person.member_id)
        in_order("/joined_on", day, before.left_on)
    if person.citizen_ref is None:
        return
    _single(
        person,
        (
            stay.person
            for member_id, member in state.members.items()
            # of many members nearly all are passed over here, without a look at each of their stays
            if member.person.citizen_ref == person.citizen_ref or member.before
            for stay in member.stays
            if member_id != person.member_id and _is_after(stay, day)
        ),
    )


def leave(state: HouseholdState, fact: events.MemberLeft, _: Actor) -> None:
    """Let somebody leave who is there, not before they came or became the head."""
    member_id, day = fact.member_id, fact.left_on
    member = state.members.get(member_id)
    if member is None:
        raise errors.MemberNotFound(member_id=member_id)
    if member.left_on is not None:
        raise errors.MemberAlreadyLeft(member_id=member_id, left_on=member.left_on)
    in_order("/left_on", day, member.joined_on)
    headed = [since for since, head in state.heads if head == member_id]
    in_order("/left_on", day, max(headed, default=day))


def change_head(state: HouseholdState, fact: events.HeadChanged, _: Actor) -> None:
    """Let a member of that day be the head."""
    _since_registered(state, fact)
    member = state.members.get(fact.member_id)
    if member is None or not any(_covers(stay, fact.since) for stay in member.stays):
        raise errors.NotAMember(member_id=fact.member_id)


def move(state: HouseholdState, fact: events.HouseholdMoved, _: Actor) -> None:
    """Let a household move once it is on the register."""
    _since_registered(state, fact)


def close(state: HouseholdState, fact: events.HouseholdClosed, _: Actor) -> None:
    """Close once, after all that needs the household to be there."""
    _since_registered(state, fact)
    _another("/into_household_id", fact.into_household_id, fact.household_id)
    not_before_facts("/closed_on", fact.closed_on, state.latest)


def erase(state: HouseholdState, fact: events.PersonalDataErased, _: Actor) -> None:
    """Erase what is held of somebody who was ever a member."""
    if fact.person not in state.members:
        raise errors.MemberNotFound(member_id=fact.person)


def _since_registered(state: HouseholdState, fact: HouseholdEvent) -> None:
    """Refuse what cannot be before the household came on the register."""
    if state.registered_on is not None:
        in_order(f"/{named_in_requests(fact)}", occurred_on(fact), state.registered_on)


def _single(person: Member, others: Iterable[Member]) -> None:
    for other in others:
        if person.citizen_ref is not None and person.citizen_ref == other.citizen_ref:
            raise errors.DuplicateCitizen


def _another(pointer: str, named: UUID | None, own: UUID) -> None:
    if named == own:
        raise Malformed(pointer, "out-of-range", "phải là hộ khác / it must be another household")


def _covers(stay: MemberState, day: date) -> bool:
    return stay.joined_on <= day and _is_after(stay, day)


def _is_after(stay: MemberState, day: date) -> bool:
    """Tell whether somebody is still there on a day, or later."""
    return stay.left_on is None or stay.left_on > day
