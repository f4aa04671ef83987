"""States of streams that grow while many commands are decided, each event folded once."""

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

from shared.corrections import EventCorrected, corrected, correctors
from shared.decider import Decider
from shared.recorded import Recorded

LONG = 200
"""Events of a stream whose state is remembered from one command to the next."""
STREAMS = 16
"""So many of them; a state of ten thousand plan items takes about 2 MiB."""


@dataclass(slots=True)
class LongStreams:
    """States of the long streams that were last decided on, by the hash of their last event.

    The hash stands for all events before it, so what was never committed is found by nobody.
    """

    _states: OrderedDict[str, tuple[int, bytes, Any]] = field(default_factory=OrderedDict)
    _lock: Lock = field(default_factory=Lock)

    def find(self, stream_id: str, history: Sequence[Recorded]) -> tuple[int, Any] | None:
        """Give how far a beginning of this history was folded, and the state after it."""
        with self._lock:
            known = self._states.get(stream_id)
        if known is None:
            return None
        length, digest, state = known
        if len(history) < length or history[length - 1].digest != digest:
            return None
        return length, state

    def keep(self, stream_id: str, history: Sequence[Recorded], state: Any) -> None:
        """Remember the state after a history, if that is long and every event has its hash."""
        if len(history) < LONG or not history[-1].digest:
            return
        with self._lock:
            self._states[stream_id] = (len(history), history[-1].digest, state)
            self._states.move_to_end(stream_id)
            if len(self._states) > STREAMS:
                self._states.popitem(last=False)


@dataclass(frozen=True, slots=True)
class Folding:
    """Remembers how far each stream was folded; states are values that nobody changes."""

    long: LongStreams = field(default_factory=LongStreams)
    states: dict[str, tuple[int, Any]] = field(default_factory=dict)

    def state(self, decider: Decider[Any, Any], stream_id: str, history: Sequence[Recorded]) -> Any:
        """Give the state after a history that only grows from one question to the next."""
        known = self.states.get(stream_id) or self.long.find(stream_id, history)
        if known is None or _corrects(history[known[0] :]):
            state = decider.fold(corrected(history))
            for fact, actor in correctors(history):
                state = decider.add_corrector(state, fact, actor)
        else:
            state = decider.fold(history[known[0] :], known[1])
        self.states[stream_id] = (len(history), state)
        self.long.keep(stream_id, history, state)
        return state


def _corrects(further: Sequence[Recorded]) -> bool:
    return any(isinstance(one.event, EventCorrected) for one in further)
