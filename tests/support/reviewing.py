"""Builders of what happens around a household's reviews and members, with defaults."""

from datetime import date
from uuid import UUID

from services.households.events import (
    Member,
    MemberJoined,
    MemberLeft,
    PlanItemAgreed,
    ResultPosted,
    ResultReverified,
    ReviewScored,
    VillageMeetingHeld,
)
from tests.support.facts import HOME, PERSON, SEALED, uid

REVIEW = uid("review")


def reviewed(
    on: date,
    b1: int = 120,
    b2: int = 40,
    kind: str = "annual",
    area: str = "rural",
    home: UUID = HOME,
    review: UUID = REVIEW,
    by: tuple[str, ...] = ("reviewer",),
) -> ReviewScored:
    return ReviewScored(
        household_id=home,
        review_id=review,
        year=on.year,
        kind=kind,
        b1=b1,
        b2=b2,
        scored_on=on,
        reviewer_ids=by,
        area_type=area,
    )


def verified(
    on: date, b1: int = 120, b2: int = 40, home: UUID = HOME, review: UUID = REVIEW
) -> ResultReverified:
    return ResultReverified(household_id=home, review_id=review, done_on=on, b1=b1, b2=b2)


def met(on: date, agreed: int = 20, attendees: int = 20) -> VillageMeetingHeld:
    return VillageMeetingHeld(
        household_id=HOME, review_id=REVIEW, held_on=on, attendees=attendees, agreed=agreed
    )


def posted(on: date, until: date) -> ResultPosted:
    return ResultPosted(household_id=HOME, review_id=REVIEW, posted_on=on, posted_until=until)


def joined(on: date, member: UUID = PERSON) -> MemberJoined:
    who = Member(member_id=member, full_name=SEALED, relation="child", able_to_work=True)
    return MemberJoined(household_id=HOME, member=who, joined_on=on)


def left(on: date, member: UUID = PERSON) -> MemberLeft:
    return MemberLeft(household_id=HOME, member_id=member, left_on=on, reason="moved")


def planned(on: date) -> PlanItemAgreed:
    return PlanItemAgreed(
        household_id=HOME,
        agreed_on=on,
        item_id=uid(f"item {on}"),
        action=SEALED,
        addresses="no_capital",
        responsible="helper",
        due_on=on,
    )
