"""The state of a long stream is found again only for the history that it was folded from."""

from uuid import UUID

import msgspec

from shared import states
from shared.decider import Decider
from shared.recorded import Actor, Recorded
from shared.states import Folding, LongStreams
from tests.support.facts import Recorder, classified

FOLDED: list[str] = []


def count(state: int, _fact: object, _actor: Actor) -> int:
    FOLDED.append("one")
    return state + 1


COUNTING: Decider[int, UUID] = Decider(
    name="counting", initial=0, identify=lambda c: c, decide=lambda *_: [], evolve=count
)


def history(length: int) -> list[Recorded]:
    record = Recorder().record
    return [record(classified("poor")) for _ in range(length)]


def folded(known: LongStreams, events: list[Recorded]) -> tuple[int, int]:
    """Give the state, and how many events were folded for it."""
    FOLDED.clear()
    return Folding(known).state(COUNTING, "counting-1", events), len(FOLDED)


def test_only_what_came_since_is_folded() -> None:
    known, events = LongStreams(), history(states.LONG + 3)
    assert folded(known, events[: states.LONG]) == (states.LONG, states.LONG)
    assert folded(known, events) == (states.LONG + 3, 3)
    assert folded(known, events) == (states.LONG + 3, 0)


def test_short_streams_are_folded_anew() -> None:
    known, events = LongStreams(), history(states.LONG - 1)
    assert folded(known, events) == (len(events), len(events))
    assert folded(known, events) == (len(events), len(events))


def test_a_history_with_another_hash_or_an_earlier_end_is_folded_anew() -> None:
    known, events = LongStreams(), history(states.LONG + 1)
    folded(known, events)
    other = [*events[:-1], msgspec.structs.replace(events[-1], digest=b"other")]
    assert folded(known, other) == (len(other), len(other))
    assert folded(known, events[:-1]) == (states.LONG, states.LONG)


def test_what_has_no_hash_yet_is_not_remembered() -> None:
    known, events = LongStreams(), history(states.LONG)
    waiting = [*events[:-1], msgspec.structs.replace(events[-1], digest=b"")]
    folded(known, waiting)
    assert folded(known, waiting) == (len(waiting), len(waiting))


def test_the_stream_that_was_not_asked_for_longest_is_forgotten() -> None:
    known, events = LongStreams(), history(states.LONG)
    for number in range(states.STREAMS + 1):
        Folding(known).state(COUNTING, f"counting-{number}", events)
    assert known.find("counting-0", events) is None
    assert known.find("counting-1", events) == (states.LONG, states.LONG)
