"""What deciding about a household must remember."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TypeVar, assert_never, cast
from uuid import UUID

from services.households.events import (
    ComplaintFiled,
    ExitTargetSet,
    ExitTargetWithdrawn,
    HeadChanged,
    HouseholdClassified,
    HouseholdClosed,
    HouseholdEvent,
    HouseholdGroupsSet,
    HouseholdMoved,
    HouseholdRegistered,
    Member,
    MemberJoined,
    MemberLeft,
    PersonalDataErased,
    PlanItemAgreed,
    PlanItemCompleted,
    PlanItemWithdrawn,
    PovertyCausesSet,
    ResultPosted,
    ResultReverified,
    ReviewScored,
    SupportDelivered,
    SupportEntitled,
    SupportWithdrawn,
    VillageMeetingHeld,
)
from shared.areas import Commune
from shared.dated import Dated, dated
from shared.event import occurred_on
from shared.policy.programmes import Status
from shared.policy.residence import lives_on
from shared.policy.status import Classified
from shared.recorded import Actor

K = TypeVar("K")


@dataclass(frozen=True, slots=True)
class Residence:
    """Where the household lives from a day on."""

    commune: Commune
    village: str
    area_type: str


@dataclass(frozen=True, slots=True)
class MemberState:
    """One person's last stay in the household, and the stays before it."""

    person: Member
    joined_on: date
    left_on: date | None = None
    before: tuple["MemberState", ...] = ()

    @property
    def stays(self) -> tuple["MemberState", ...]:
        """Give every stay, oldest first."""
        return (*self.before, self)


@dataclass(frozen=True, slots=True)
class ReviewState:
    """A review, its points as they were counted over time, and who counted them."""

    scored_on: date
    area_type: str
    scores: Dated[tuple[int, int]]
    reviewers: frozenset[str]
    complaints: frozenset[UUID] = frozenset()


@dataclass(frozen=True, slots=True)
class PartState:
    """A target, plan item or support: from when it stands, and whether it is done with."""

    since: date
    what: str = ""
    is_open: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class HouseholdState:
    """One household as deciding sees it."""

    household_id: UUID | None = None
    registered_on: date | None = None
    closed_on: date | None = None
    residences: Dated[Residence] = ()
    members: Mapping[UUID, MemberState] = field(default_factory=dict)
    heads: Dated[UUID] = ()
    groups: Dated[tuple[str, ...]] = ()
    causes: Dated[PovertyCausesSet] = ()
    reviews: Mapping[UUID, ReviewState] = field(default_factory=dict)
    classified: Dated[Classified] = ()
    """Every classification, in fact order: by the day on which it was decided."""
    targets: Mapping[int, PartState] = field(default_factory=dict)
    items: Mapping[UUID, PartState] = field(default_factory=dict)
    supports: Mapping[UUID, PartState] = field(default_factory=dict)
    erased: frozenset[UUID] = frozenset()
    latest: date = date.min
    """The last day of which something is recorded that needs the household to be there."""

    def residence_on(self, day: date) -> Residence | None:
        """Give where the household lived on a day; before the first known day, its first place."""
        return lives_on(self.residences, day)

    def commune_on(self, day: date) -> Commune | None:
        """Give the commune in which the household lived on a day."""
        residence = self.residence_on(day)
        return residence.commune if residence else None


OUTLIVING = (PersonalDataErased, SupportDelivered, SupportWithdrawn)
"""What may still happen to a household that is no more."""


def evolve_household(state: HouseholdState, event: HouseholdEvent, actor: Actor) -> HouseholdState:
    """Apply one fact. It already happened: no refusing and no policy here."""
    after = _after(state, event, actor)
    if isinstance(event, OUTLIVING):
        return after
    return replace(after, latest=max(after.latest, occurred_on(event)))


def _after(  # noqa: PLR0911 - one return for each kind of fact
    state: HouseholdState, event: HouseholdEvent, actor: Actor
) -> HouseholdState:
    match event:
        case (
            HouseholdRegistered()
            | MemberJoined()
            | MemberLeft()
            | HeadChanged()
            | HouseholdMoved()
            | HouseholdClosed()
            | HouseholdGroupsSet()
            | PovertyCausesSet()
            | PersonalDataErased()
        ):
            return _person(state, event)
        case (
            ReviewScored()
            | VillageMeetingHeld()
            | ResultPosted()
            | ComplaintFiled()
            | ResultReverified()
        ):
            return _review(state, event, actor)
        case HouseholdClassified(decided_on=day):
            found = Classified(event.effective_from, cast("Status", event.status))
            return replace(state, classified=dated(state.classified, day, found))
        case ExitTargetSet(year=year, set_on=day, to=to):
            return replace(state, targets={**state.targets, year: PartState(day, to)})
        case ExitTargetWithdrawn(year=year):
            return replace(state, targets=_closed(state.targets, year))
        case PlanItemAgreed(item_id=part, agreed_on=day):
            return replace(state, items={**state.items, part: PartState(day)})
        case PlanItemCompleted(item_id=part) | PlanItemWithdrawn(item_id=part):
            return replace(state, items=_closed(state.items, part))
        case SupportEntitled(support_id=part, entitled_on=day):
            return replace(state, supports={**state.supports, part: PartState(day)})
        case SupportDelivered(support_id=part) | SupportWithdrawn(support_id=part):
            return replace(state, supports=_closed(state.supports, part))
        case _:
            assert_never(event)


def _closed(parts: Mapping[K, PartState], key: K) -> Mapping[K, PartState]:
    return {**parts, key: replace(parts[key], is_open=False)}


def _person(  # noqa: PLR0911 - one return for each kind of fact
    state: HouseholdState,
    event: HouseholdRegistered
    | MemberJoined
    | MemberLeft
    | HeadChanged
    | HouseholdMoved
    | HouseholdClosed
    | HouseholdGroupsSet
    | PovertyCausesSet
    | PersonalDataErased,
) -> HouseholdState:
    match event:
        case HouseholdRegistered(registered_on=day, head=head):
            people = (head, *event.members)
            return replace(
                state,
                household_id=event.household_id,
                registered_on=day,
                residences=((day, _residence(event)),),
                members={person.member_id: MemberState(person, day) for person in people},
                heads=((day, head.member_id),),
            )
        case MemberJoined(member=person, joined_on=day):
            known = state.members.get(person.member_id)
            joined = MemberState(person, day, before=known.stays if known else ())
            return replace(state, members={**state.members, person.member_id: joined})
        case MemberLeft(member_id=member_id, left_on=day):
            left = replace(state.members[member_id], left_on=day)
            return replace(state, members={**state.members, member_id: left})
        case HeadChanged(member_id=member_id, since=day):
            return replace(state, heads=dated(state.heads, day, member_id))
        case HouseholdMoved(moved_on=day):
            return replace(state, residences=dated(state.residences, day, _residence(event)))
        case HouseholdClosed(closed_on=day):
            return replace(state, closed_on=day)
        case HouseholdGroupsSet(occurred_on=day, groups=groups):
            return replace(state, groups=dated(state.groups, day, groups))
        case PovertyCausesSet(occurred_on=day):
            return replace(state, causes=dated(state.causes, day, event))
        case PersonalDataErased(person=erased):
            return replace(state, erased=state.erased | {erased})
        case _:
            assert_never(event)


def _residence(event: HouseholdRegistered | HouseholdMoved) -> Residence:
    return Residence(event.commune, event.village, event.area_type)


def _review(
    state: HouseholdState,
    event: ReviewScored | VillageMeetingHeld | ResultPosted | ComplaintFiled | ResultReverified,
    actor: Actor,
) -> HouseholdState:
    match event:
        case ReviewScored(scored_on=day):
            review = ReviewState(
                scored_on=day,
                area_type=event.area_type,
                scores=((day, (event.b1, event.b2)),),
                reviewers=frozenset({*event.reviewer_ids, actor.sub}),
            )
        case ResultReverified(done_on=day):
            review = state.reviews[event.review_id]
            review = replace(
                review,
                scores=dated(review.scores, day, (event.b1, event.b2)),
                reviewers=review.reviewers | {actor.sub},
            )
        case ComplaintFiled(complaint_id=complaint):
            review = state.reviews[event.review_id]
            review = replace(review, complaints=review.complaints | {complaint})
        case VillageMeetingHeld() | ResultPosted():
            return state
        case _:
            assert_never(event)
    return replace(state, reviews={**state.reviews, event.review_id: review})


def add_corrector(state: HouseholdState, event: HouseholdEvent, actor: Actor) -> HouseholdState:
    """Count who corrected the points of a review among those who counted them."""
    if not isinstance(event, ReviewScored | ResultReverified):
        return state
    review = state.reviews.get(event.review_id)
    if review is None:
        return state  # it was annulled
    counted = replace(review, reviewers=review.reviewers | {actor.sub})
    return replace(state, reviews={**state.reviews, event.review_id: counted})
