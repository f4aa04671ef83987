"""States of streams that grow while many commands are decided, each event folded once."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from shared.corrections import EventCorrected, corrected, correctors
from shared.decider import Decider
from shared.recorded import Recorded


@dataclass(frozen=True, slots=True)
class Folding:
    """Remembers how far each stream was folded; states are values that nobody changes."""

    states: dict[str, tuple[int, Any]] = field(default_factory=dict)

    def state(self, decider: Decider[Any, Any], stream_id: str, history: Sequence[Recorded]) -> Any:
        """Give the state after a history that only grows from one question to the next."""
        known = self.states.get(stream_id)
        if known is None or _corrects(history[known[0] :]):
            state = decider.fold(corrected(history))
            for fact, actor in correctors(history):
                state = decider.vouch(state, fact, actor)
        else:
            state = decider.fold(history[known[0] :], known[1])
        self.states[stream_id] = (len(history), state)
        return state


def _corrects(further: Sequence[Recorded]) -> bool:
    return any(isinstance(one.event, EventCorrected) for one in further)
