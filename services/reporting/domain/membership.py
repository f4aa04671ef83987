"""Who belonged to a household, and until when. Pure."""

from collections.abc import Iterator
from datetime import date
from typing import Any
from uuid import UUID

from services.households.events import HouseholdRegistered, MemberJoined, MemberLeft
from services.reporting.domain.dossier import Case
from services.reporting.domain.facts import Fact, latest


def registered_on(household: Case) -> date | None:
    """Give the day from which the household is on the register."""
    return household.first_day(HouseholdRegistered)


def first_joined(household: Case, member: UUID) -> date | None:
    """Give the first day on which somebody belonged to the household."""
    return min([fact.on for fact in _joinings(household, member)], default=None)


def departure(household: Case, member: UUID, day: date) -> Fact[MemberLeft] | None:
    """Give the last departure of somebody by a day that no return followed by then."""
    gone = household.of(MemberLeft)
    if not gone:
        return None
    left = [fact for fact in gone if fact.event.member_id == member and fact.on <= day]
    joined = latest(*(fact for fact in _joinings(household, member) if fact.on <= day))
    if not left or (joined is not None and joined.order > left[-1].order):
        return None
    return left[-1]


def _joinings(household: Case, member: UUID) -> Iterator[Fact[Any]]:
    number = member.int
    for known in household.of(HouseholdRegistered):
        event = known.event
        if event.head.member_id.int == number or number in [
            person.member_id.int for person in event.members
        ]:
            yield known
    for joined in household.of(MemberJoined):
        if joined.event.member_id.int == number:
            yield joined
