"""How commands about pauses are answered with facts, or refused."""

from dataclasses import dataclass, replace
from datetime import date
from typing import assert_never

from services.reporting.commands import EndPause, PauseClocks, PauseCommand
from services.reporting.errors import AlreadyClosed, AlreadyExists, NotFound
from services.reporting.events import ClocksPaused, PausedArea, PauseEnded
from shared.decider import Decider
from shared.fact import fact_of, in_order
from shared.recorded import Actor

PauseEvent = ClocksPaused | PauseEnded


@dataclass(frozen=True, slots=True)
class PauseState:
    """What deciding needs to remember of a pause."""

    starts_on: date | None = None
    ended_on: date | None = None
    areas: tuple[PausedArea, ...] = ()


def evolve(state: PauseState, event: PauseEvent, _: Actor) -> PauseState:
    """Apply one fact."""
    match event:
        case ClocksPaused(starts_on=day, areas=areas):
            return replace(state, starts_on=day, areas=areas)
        case PauseEnded(ended_on=day):
            return replace(state, ended_on=day)
        case _:
            assert_never(event)


def decide(state: PauseState, command: PauseCommand, _: Actor) -> list[PauseEvent]:
    """Answer a command with facts, or refuse it."""
    match command:
        case PauseClocks():
            if state.starts_on is not None:
                raise AlreadyExists(what=f"pause {command.pause_id}")
            in_order("/until", command.until, command.starts_on)
            return [fact_of(ClocksPaused, command)]
        case EndPause(ended_on=day):
            return [_end(state, command, day)]
        case _:
            assert_never(command)


def _end(state: PauseState, command: EndPause, day: date) -> PauseEnded:
    if state.starts_on is None:
        raise NotFound
    if state.ended_on is not None:
        raise AlreadyClosed(on=state.ended_on)
    in_order("/ended_on", day, state.starts_on)
    return fact_of(PauseEnded, command)


PAUSE: Decider[PauseState, PauseCommand] = Decider(
    name="pause",
    initial=PauseState(),
    identify=lambda command: command.pause_id,
    decide=decide,
    evolve=evolve,
)
