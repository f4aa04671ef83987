"""Which facts an assignment's history can take in."""

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from services.sponsorship import errors, events
from services.sponsorship.events import AssignmentEvent
from services.sponsorship.state import OUTLIVING, AssignmentState, PartState
from shared.decider import Malformed
from shared.event import event_type, occurred_on
from shared.fact import in_order, named_in_requests, not_before_facts
from shared.recorded import Actor

_PLEDGE = "cam kết / pledge"
_DIFFICULTY = "khó khăn / difficulty"


def running(state: AssignmentState, fact: AssignmentEvent, _: Actor) -> None:
    """Refuse what is not about an assignment that runs, or outlives it, but its beginning."""
    if isinstance(fact, events.SponsorAssigned):
        return
    if state.assignment_id is None:
        raise errors.AssignmentNotFound
    if isinstance(fact, OUTLIVING):
        return
    day = occurred_on(fact)
    in_order(f"/{named_in_requests(fact)}", day, state.starts_on)
    ended_on = state.ended_on
    if ended_on is not None and (isinstance(fact, events.AssignmentEnded) or day >= ended_on):
        raise errors.AssignmentAlreadyEnded(ended_on=ended_on)


def assign(state: AssignmentState, fact: events.SponsorAssigned, _: Actor) -> None:
    """Assign once, until a day after that."""
    if state.assignment_id is not None:
        raise errors.AssignmentAlreadyMade
    if fact.ends_on is not None:
        in_order("/ends_on", fact.ends_on, fact.starts_on)


def visit(state: AssignmentState, fact: events.VisitRecorded, _: Actor) -> None:
    """Record a visit once."""
    _begin(state.visits, fact.visit_id)


def pledge(state: AssignmentState, fact: events.SupportPledged, _: Actor) -> None:
    """Pledge once, due after that."""
    _begin(state.pledges, fact.commitment_id)
    in_order("/due_on", fact.due_on, fact.pledged_on)


def fulfil(state: AssignmentState, fact: events.PledgeFulfilled, _: Actor) -> None:
    """Fulfil a pledge that is open."""
    _end(state.pledges, fact.commitment_id, _PLEDGE, fact)


def withdraw(state: AssignmentState, fact: events.PledgeWithdrawn, _: Actor) -> None:
    """Withdraw a pledge that is open."""
    _end(state.pledges, fact.commitment_id, _PLEDGE, fact)


def raise_difficulty(state: AssignmentState, fact: events.DifficultyRaised, _: Actor) -> None:
    """Raise a difficulty once."""
    _begin(state.difficulties, fact.difficulty_id)


def resolve(state: AssignmentState, fact: events.DifficultyResolved, _: Actor) -> None:
    """Resolve a difficulty that is open."""
    _end(state.difficulties, fact.difficulty_id, _DIFFICULTY, fact)


def offer(state: AssignmentState, fact: events.HandoverOffered, _: Actor) -> None:
    """Ask another sponsor to take over."""
    if fact.to_sponsor_id == state.sponsor_id:
        raise Malformed(
            "/to_sponsor_id",
            "out-of-range",
            "đang là đơn vị giúp đỡ / is the sponsor already",
        )


def accept(state: AssignmentState, fact: events.HandoverAccepted, _: Actor) -> None:
    """Take over what is offered, and to the sponsor that it is offered to."""
    offered = _offered(state, fact, fact.accepted_on)
    # after a correction of the offer it may have been made to another one
    if fact.sponsor_id != offered:
        raise errors.NoHandoverOffered


def refuse(state: AssignmentState, fact: events.HandoverRefused, _: Actor) -> None:
    """Decline what is offered."""
    _offered(state, fact, fact.refused_on)


def end(state: AssignmentState, fact: events.AssignmentEnded, _: Actor) -> None:
    """End after all that needs the assignment to run."""
    not_before_facts("/ended_on", fact.ended_on, state.latest)


def _offered(state: AssignmentState, fact: AssignmentEvent, day: date) -> UUID:
    if state.offer is None:
        raise errors.NoHandoverOffered
    since, to = state.offer
    in_order(f"/{event_type(fact).dated_by}", day, since)
    return to


def _begin(parts: Mapping[UUID, object], part: UUID) -> None:
    if part in parts:
        raise errors.AlreadyRecorded(id=part)


def _end(parts: Mapping[UUID, PartState], key: UUID, what: str, fact: AssignmentEvent) -> None:
    part = parts.get(key)
    if part is None:
        raise errors.PartNotFound(what=what, id=key)
    if not part.is_open:
        raise errors.PartNotOpen(what=what, id=key)
    in_order(f"/{event_type(fact).dated_by}", occurred_on(fact), part.since)
