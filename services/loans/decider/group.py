"""Groups: formed once, headed by somebody, dissolved once."""

from datetime import date
from typing import assert_never

from services.loans.commands import ChangeLeader, DissolveGroup, FormGroup, GroupCommand
from services.loans.errors import AlreadyClosed, AlreadyExists, NotFound
from services.loans.events import (
    CreditGroupDissolved,
    CreditGroupFormed,
    GroupEvent,
    GroupLeaderChanged,
)
from services.loans.state import GroupState
from shared.decider import Malformed
from shared.fact import not_before_facts
from shared.recorded import Actor


def decide(state: GroupState, command: GroupCommand, _: Actor) -> list[GroupEvent]:
    """Answer a command with facts, or refuse it."""
    match command:
        case FormGroup():
            return _form(state, command)
        case ChangeLeader(since=day, leader_id=leader):
            formed = _alive(state, day, "/from")
            if state.leaders[-1] == (day, leader):
                return []
            return [GroupLeaderChanged(group_id=formed.group_id, since=day, leader_id=leader)]
        case DissolveGroup(dissolved_on=day, reason=reason):
            formed = _alive(state, day, "/dissolved_on")
            not_before_facts("/dissolved_on", day, max(since for since, _ in state.leaders))
            return [CreditGroupDissolved(group_id=formed.group_id, dissolved_on=day, reason=reason)]
        case _:
            assert_never(command)


def _form(state: GroupState, command: FormGroup) -> list[GroupEvent]:
    if state.formed is not None:
        raise AlreadyExists(what=f"group {command.group_id}")
    return [
        CreditGroupFormed(
            group_id=command.group_id,
            formed_on=command.formed_on,
            name=command.name,
            commune=command.commune,
            union=command.union,
            leader_id=command.leader_id,
        )
    ]


def _alive(state: GroupState, day: date, pointer: str) -> CreditGroupFormed:
    if state.formed is None:
        raise NotFound
    if state.dissolved_on is not None:
        raise AlreadyClosed(why="giải thể / dissolved", since=state.dissolved_on)
    if day < state.formed.formed_on:
        formed = state.formed.formed_on.isoformat()
        raise Malformed(
            pointer, "out-of-order", f"tổ có từ {formed} / the group exists from {formed}"
        )
    return state.formed
