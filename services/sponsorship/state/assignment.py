"""What deciding about an assignment must remember."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import assert_never
from uuid import UUID

from services.sponsorship.events import (
    AssignmentEnded,
    AssignmentEvent,
    DifficultyRaised,
    DifficultyResolved,
    HandoverAccepted,
    HandoverOffered,
    HandoverRefused,
    PersonInChargeChanged,
    PledgeFulfilled,
    PledgeWithdrawn,
    SponsorAssigned,
    SupportPledged,
    VisitRecorded,
)
from shared.areas import Commune
from shared.dated import Dated, dated
from shared.event import occurred_on
from shared.recorded import Actor


@dataclass(frozen=True, slots=True)
class PartState:
    """A pledge or a difficulty: from when it stands, and whether it is done with."""

    since: date
    due_on: date | None = None
    value: int = 0
    fulfilled: int = 0
    is_open: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class AssignmentState:
    """One assignment as deciding sees it."""

    assignment_id: UUID | None = None
    household_id: UUID | None = None
    commune: Commune | None = None
    sponsor_id: UUID | None = None
    sponsors: Dated[UUID] = ()
    """Who has answered for the household, from which day on."""
    in_charge: Dated[str] = ()
    starts_on: date = date.min
    ends_on: date | None = None
    ended_on: date | None = None
    visit_every_days: int = 0
    goal: str = ""
    latest: date = date.min
    """The last day on which something is recorded that needs it to run."""
    visits: Mapping[UUID, date] = field(default_factory=dict)
    counted_from: date = date.min
    """The day from which the next visit is awaited."""
    pledges: Mapping[UUID, PartState] = field(default_factory=dict)
    difficulties: Mapping[UUID, PartState] = field(default_factory=dict)
    offer: tuple[date, UUID] | None = None
    """The latest offer of a handover that nobody has answered."""


OUTLIVING = (PledgeFulfilled, PledgeWithdrawn, DifficultyResolved)
"""Pledges and difficulties outlive their assignment."""


def evolve_assignment(state: AssignmentState, event: AssignmentEvent, _: Actor) -> AssignmentState:
    """Apply one fact about an assignment."""
    after = _after(state, event)
    if isinstance(event, OUTLIVING):
        return after
    return replace(after, latest=max(after.latest, occurred_on(event)))


def _after(  # noqa: C901, PLR0911 - one return for each kind of fact
    state: AssignmentState, event: AssignmentEvent
) -> AssignmentState:
    match event:
        case SponsorAssigned():
            return _assigned(state, event)
        case VisitRecorded(visit_id=visit_id, visited_on=day):
            seen = {**state.visits, visit_id: day}
            return replace(state, visits=seen, counted_from=max(state.counted_from, day))
        case SupportPledged() | PledgeFulfilled() | PledgeWithdrawn():
            return replace(state, pledges=_pledges(state.pledges, event))
        case DifficultyRaised(difficulty_id=part, raised_on=day):
            return replace(state, difficulties={**state.difficulties, part: PartState(day)})
        case DifficultyResolved(difficulty_id=part):
            done = replace(state.difficulties[part], is_open=False)
            return replace(state, difficulties={**state.difficulties, part: done})
        case HandoverOffered(offered_on=day, to_sponsor_id=to):
            return replace(state, offer=(day, to))
        case HandoverAccepted(accepted_on=day):
            return replace(
                state,
                sponsor_id=event.sponsor_id,
                sponsors=dated(state.sponsors, day, event.sponsor_id),
                in_charge=dated(state.in_charge, day, event.person_in_charge),
                counted_from=max(state.counted_from, day),
                offer=None,
            )
        case HandoverRefused():
            return replace(state, offer=None)
        case PersonInChargeChanged(since=day, person_in_charge=person):
            return replace(state, in_charge=dated(state.in_charge, day, person))
        case AssignmentEnded(ended_on=day):
            return replace(state, ended_on=day, offer=None)
        case _:
            assert_never(event)


def _assigned(state: AssignmentState, event: SponsorAssigned) -> AssignmentState:
    return replace(
        state,
        assignment_id=event.assignment_id,
        household_id=event.household_id,
        commune=event.commune,
        sponsor_id=event.sponsor_id,
        sponsors=((event.starts_on, event.sponsor_id),),
        in_charge=((event.starts_on, event.person_in_charge),),
        starts_on=event.starts_on,
        ends_on=event.ends_on,
        visit_every_days=event.visit_every_days,
        goal=event.goal,
        counted_from=event.starts_on,
    )


def _pledges(
    pledges: Mapping[UUID, PartState], event: SupportPledged | PledgeFulfilled | PledgeWithdrawn
) -> Mapping[UUID, PartState]:
    match event:
        case SupportPledged(pledged_on=day, due_on=due, value=value):
            pledge = PartState(day, due, value)
        case PledgeFulfilled(value=value):
            pledge = pledges[event.commitment_id]
            pledge = replace(pledge, fulfilled=pledge.fulfilled + value)
        case PledgeWithdrawn():
            pledge = replace(pledges[event.commitment_id], is_open=False)
        case _:
            assert_never(event)
    return {**pledges, event.commitment_id: pledge}
