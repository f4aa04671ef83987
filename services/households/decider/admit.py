"""Which facts a household's history can take in; the same test for commands and corrections."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from services.households import errors, events
from services.households.decider.admit_parts import admit_part
from services.households.decider.admit_reviews import admit_review
from services.households.events import HouseholdEvent, Member
from services.households.state import OUTLIVING, HouseholdState, MemberState
from shared.decider import Malformed
from shared.event import occurred_on
from shared.fact import in_order, named_in_requests, not_before_facts
from shared.recorded import Actor

_PLACED = (events.HeadChanged, events.HouseholdMoved, events.HouseholdClosed)
"""What cannot be before the household came on the register."""


def admit(state: HouseholdState, fact: HouseholdEvent, actor: Actor) -> None:
    """Refuse a fact that cannot be added to this history."""
    if isinstance(fact, events.HouseholdRegistered):
        _register(state, fact)
        return
    if state.household_id is None:
        raise errors.HouseholdNotFound
    _open(state, fact)
    _after_registration(state, fact)
    _person(state, fact)
    admit_review(state, fact, actor)
    admit_part(state, fact)


def _register(state: HouseholdState, fact: events.HouseholdRegistered) -> None:
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


def _single(person: Member, others: Iterable[Member]) -> None:
    for other in others:
        if person.citizen_ref is not None and person.citizen_ref == other.citizen_ref:
            raise errors.DuplicateCitizen


def _open(state: HouseholdState, fact: HouseholdEvent) -> None:
    closed_on = state.closed_on
    if closed_on is None or isinstance(fact, OUTLIVING):
        return
    if isinstance(fact, events.HouseholdClosed) or occurred_on(fact) > closed_on:
        raise errors.HouseholdAlreadyClosed(closed_on=closed_on)


def _after_registration(state: HouseholdState, fact: HouseholdEvent) -> None:
    if isinstance(fact, _PLACED) and state.registered_on is not None:
        in_order(f"/{named_in_requests(fact)}", occurred_on(fact), state.registered_on)
    if isinstance(fact, events.HouseholdClosed):
        _another("/into_household_id", fact.into_household_id, fact.household_id)
        not_before_facts("/closed_on", fact.closed_on, state.latest)


def _another(pointer: str, named: UUID | None, own: UUID) -> None:
    if named == own:
        raise Malformed(pointer, "out-of-range", "phải là hộ khác / it must be another household")


def _person(state: HouseholdState, fact: HouseholdEvent) -> None:
    match fact:
        case events.MemberJoined(member=person, joined_on=day):
            _join(state, person, day)
        case events.MemberLeft(member_id=member_id, left_on=day):
            member = state.members.get(member_id)
            if member is None:
                raise errors.MemberNotFound(member_id=member_id)
            if member.left_on is not None:
                raise errors.MemberAlreadyLeft(member_id=member_id, left_on=member.left_on)
            in_order("/left_on", day, member.joined_on)
            headed = [since for since, head in state.heads if head == member_id]
            in_order("/left_on", day, max(headed, default=day))
        case events.HeadChanged(member_id=member_id, since=day):
            member = state.members.get(member_id)
            if member is None or not any(_covers(stay, day) for stay in member.stays):
                raise errors.NotAMember(member_id=member_id)
        case events.PersonalDataErased(person=erased):
            if erased not in state.members:
                raise errors.MemberNotFound(member_id=erased)
        case _:
            pass


def _join(state: HouseholdState, person: Member, day: date) -> None:
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


def _covers(stay: MemberState, day: date) -> bool:
    return stay.joined_on <= day and _is_after(stay, day)


def _is_after(stay: MemberState, day: date) -> bool:
    """Tell whether somebody is still there on a day, or later."""
    return stay.left_on is None or stay.left_on > day
