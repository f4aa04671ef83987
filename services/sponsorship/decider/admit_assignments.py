"""Which facts an assignment's history can take in."""

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from services.sponsorship import errors, events
from services.sponsorship.events import AssignmentEvent
from services.sponsorship.state import OUTLIVING, AssignmentState, PartState
from shared.decider import Malformed
from shared.event import occurred_on
from shared.fact import in_order, named_in_requests, not_before_facts
from shared.recorded import Actor

_PLEDGE = "cam kết / pledge"
_DIFFICULTY = "khó khăn / difficulty"


def admit_assignment(state: AssignmentState, fact: AssignmentEvent, _: Actor) -> None:
    """Refuse a fact that cannot be added to this history."""
    if isinstance(fact, events.SponsorAssigned):
        if state.assignment_id is not None:
            raise errors.AssignmentAlreadyMade
        if fact.ends_on is not None:
            in_order("/ends_on", fact.ends_on, fact.starts_on)
        return
    if state.assignment_id is None:
        raise errors.AssignmentNotFound
    if not isinstance(fact, OUTLIVING):
        _running(state, fact)
    _part(state, fact)
    _handover(state, fact)


def _running(state: AssignmentState, fact: AssignmentEvent) -> None:
    day = occurred_on(fact)
    in_order(f"/{named_in_requests(fact)}", day, state.starts_on)
    ended_on = state.ended_on
    if ended_on is not None and (isinstance(fact, events.AssignmentEnded) or day >= ended_on):
        raise errors.AssignmentAlreadyEnded(ended_on=ended_on)
    if isinstance(fact, events.AssignmentEnded):
        not_before_facts("/ended_on", day, state.latest)


def _part(state: AssignmentState, fact: AssignmentEvent) -> None:
    match fact:
        case events.VisitRecorded(visit_id=part):
            _new(state.visits, part)
        case events.SupportPledged(commitment_id=part, pledged_on=day):
            _new(state.pledges, part)
            in_order("/due_on", fact.due_on, day)
        case events.PledgeFulfilled(commitment_id=part, fulfilled_on=day):
            _end(state.pledges, part, day, _PLEDGE, "/fulfilled_on")
        case events.PledgeWithdrawn(commitment_id=part, withdrawn_on=day):
            _end(state.pledges, part, day, _PLEDGE, "/withdrawn_on")
        case events.DifficultyRaised(difficulty_id=part):
            _new(state.difficulties, part)
        case events.DifficultyResolved(difficulty_id=part, resolved_on=day):
            _end(state.difficulties, part, day, _DIFFICULTY, "/resolved_on")
        case _:
            pass


def _handover(state: AssignmentState, fact: AssignmentEvent) -> None:
    match fact:
        case events.HandoverOffered(to_sponsor_id=to):
            if to == state.sponsor_id:
                raise Malformed(
                    "/to_sponsor_id",
                    "out-of-range",
                    "đang là đơn vị giúp đỡ / is the sponsor already",
                )
        case events.HandoverAccepted(accepted_on=day, sponsor_id=by):
            _answer(state, day, "/accepted_on")
            # after a correction of the offer it may have been made to another one
            if state.offer is not None and by != state.offer[1]:
                raise errors.NoHandoverOffered
        case events.HandoverRefused(refused_on=day):
            _answer(state, day, "/refused_on")
        case _:
            pass


def _answer(state: AssignmentState, day: date, pointer: str) -> None:
    if state.offer is None:
        raise errors.NoHandoverOffered
    in_order(pointer, day, state.offer[0])


def _new(parts: Mapping[UUID, object], part: UUID) -> None:
    if part in parts:
        raise errors.AlreadyRecorded(id=part)


def _end(parts: Mapping[UUID, PartState], key: UUID, day: date, what: str, pointer: str) -> None:
    part = parts.get(key)
    if part is None:
        raise errors.PartNotFound(what=what, id=key)
    if not part.is_open:
        raise errors.PartNotOpen(what=what, id=key)
    in_order(pointer, day, part.since)
