"""Groups: formed once, headed by somebody, dissolved once."""

from services.loans.errors import AlreadyRecorded, GroupAlreadyDissolved, GroupNotFound
from services.loans.events import CreditGroupDissolved, CreditGroupFormed, GroupEvent
from services.loans.state import GroupState
from shared.decider import Malformed
from shared.event import occurred_on
from shared.fact import named_in_requests, not_before_facts
from shared.recorded import Actor


def standing(state: GroupState, fact: GroupEvent, _: Actor) -> None:
    """Refuse what is not about a group that is there and not dissolved, but its beginning."""
    if isinstance(fact, CreditGroupFormed):
        return
    if state.formed is None:
        raise GroupNotFound
    if state.dissolved_on is not None:
        raise GroupAlreadyDissolved(since=state.dissolved_on)
    if occurred_on(fact) < state.formed.formed_on:
        formed = state.formed.formed_on.isoformat()
        raise Malformed(
            f"/{named_in_requests(fact)}",
            "out-of-order",
            f"tổ có từ {formed} / the group exists from {formed}",
        )


def form(state: GroupState, fact: CreditGroupFormed, _: Actor) -> None:
    """Form a group once."""
    if state.formed is not None:
        raise AlreadyRecorded(what=f"group {fact.group_id}")


def dissolve(state: GroupState, fact: CreditGroupDissolved, _: Actor) -> None:
    """Dissolve a group after all that needs it to be there."""
    latest = max(since for since, _ in state.leaders)
    not_before_facts("/dissolved_on", fact.dissolved_on, latest)
