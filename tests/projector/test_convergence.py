"""Whatever the interleaving, the repetitions, the batches and the workers: the same in the end."""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, Engine, text

from shared.log.memory import MemoryLog
from shared.log.port import Outgoing
from shared.projector.loop import Consumer
from shared.projector.quarantine import held_keys
from shared.recorded import Recorded
from tests.projector.conftest import PARTITIONS
from tests.support.records import Source, household
from tests.support.views import REGISTRIES, SOURCES, drain, note, noted, rows, told, topics

pytestmark = pytest.mark.servers

EMPTY = "TRUNCATE consumed, journal, held_keys, held, noted, told"
JOURNAL = "SELECT source, position, key, meta, data, hash FROM journal ORDER BY source, position"


@dataclass
class Run:
    """One way in which the same events may reach the views."""

    events: dict[str, list[Outgoing]]
    publishings: list[tuple[str, int, int]]
    """A topic's source, how far back a relay starts again, and how many it publishes."""
    workers: list[tuple[list[int], int]]
    """The lanes and the batch size of each."""
    turns: list[int]
    poison: set[str]


@st.composite
def runs(draw: st.DrawFn) -> Run:
    sources = {name: Source(name) for name in SOURCES}
    keys = st.integers(0, 4)
    events = {
        name: [
            source.event(household(key), f"{name} {place}")
            for place, key in enumerate(draw(st.lists(keys, max_size=12)))
        ]
        for name, source in sources.items()
    }
    publishing = st.tuples(st.sampled_from(SOURCES), st.integers(0, 4), st.integers(1, 6))
    lanes = st.lists(st.integers(0, PARTITIONS - 1), min_size=1, unique=True)
    notes = [f"{name} {place}" for name in SOURCES for place in range(12)]
    return Run(
        events,
        draw(st.lists(publishing, max_size=12)),
        draw(st.lists(st.tuples(lanes, st.integers(1, 9)), min_size=1, max_size=3)),
        draw(st.lists(st.integers(0, 2), max_size=12)),
        draw(st.sets(st.sampled_from(notes), max_size=2)),
    )


def published(run: Run, log: MemoryLog) -> Iterator[None]:
    """Publish bit by bit, each topic in order but for relays that start again; then the rest."""
    done = dict.fromkeys(run.events, 0)
    rest = [(name, 0, len(events)) for name, events in run.events.items()]
    for name, back, count in [*run.publishings, *rest]:
        start = max(0, done[name] - back)
        end = min(len(run.events[name]), max(done[name], start + count))
        log.publish(run.events[name][start:end])
        done[name] = end
        yield


@settings(
    max_examples=30,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(run=runs())
def test_the_same_events_give_the_same_journal_and_views(engine: Engine, run: Run) -> None:
    with engine.begin() as connection:
        connection.execute(text(EMPTY))
    log = MemoryLog()
    log.ensure_topics(topics().values(), PARTITIONS)
    poison = set(run.poison)

    def step(connection: Connection, keys: list[UUID], recorded: list[Recorded]) -> None:
        note(connection, keys, recorded)
        if poison & {event.event.note for event in recorded}:
            raise LookupError("cannot be folded yet")

    def worker(lanes: list[int], batch_size: int) -> Consumer:
        return Consumer(engine, log, topics(), REGISTRIES, step, lanes, batch_size)

    workers = [worker(*each) for each in run.workers]
    turns = iter(run.turns)
    for _ in published(run, log):
        turn = next(turns, None)
        if turn is not None:
            workers[turn % len(workers)].run_once()
    for each in [*workers, worker(list(range(PARTITIONS)), 5)]:
        while drain(each) or each.run_once():
            pass
    poison.clear()
    with engine.connect() as connection:
        waiting = [held.key for held in held_keys(connection)]
    for key in waiting:
        workers[0].release(key)

    sent = [(name, event) for name in SOURCES for event in run.events[name]]
    assert rows(engine, "SELECT * FROM held") == []
    assert rows(engine, JOURNAL) == [
        (name, event.position, event.key, event.meta, event.data, event.digest)
        for name, event in sent
    ]
    notes: dict[UUID, list[str]] = {}
    for name, event in sent:
        place = event.position - 1
        notes.setdefault(event.key, []).append(f"{name}:{event.position}:{name} {place}")
    assert noted(engine) == notes
    assert told(engine) == len(sent)
