"""Whatever is asked of them, the stores answer alike, and every stream stays one unbroken chain."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import count
from uuid import UUID, uuid5

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.ids import NAMESPACE
from shared.store.memory import MemoryStore
from shared.store.port import (
    Append,
    EventStore,
    IdTaken,
    NewEvent,
    StoreTransaction,
    VersionConflict,
)
from tests.support.records import DAY, NOON, CaseNoted, registry
from tests.support.servers import PostgresServer, fresh_database
from tests.support.store import by_officer, mark, postgres_store
from tests.support.streams import broken_link

STREAMS, KEYS, IDS = 3, 4, 12


@dataclass(frozen=True)
class Ask:
    """One command: on which stream, from which version, with which events, key and made ids."""

    stream: int
    off_by: int
    events: tuple[int, ...]
    key: int | None
    made: tuple[int, ...]
    minutes: int
    rolls_back: bool
    in_bulk: bool


ASKS = st.builds(
    Ask,
    stream=st.integers(0, STREAMS - 1),
    off_by=st.sampled_from([0, 0, 0, 0, -1, 1]),
    events=st.lists(st.integers(0, 60), max_size=3).map(tuple),
    key=st.none() | st.integers(0, KEYS),
    made=st.lists(st.integers(0, IDS), max_size=2).map(tuple),
    minutes=st.integers(-5, 5),
    rolls_back=st.booleans(),
    in_bulk=st.booleans(),
)
RUNS = count()
"""Tells one example's ids from another's, for they share a database."""


class _RolledBack(Exception):  # noqa: N818 - it is no error
    pass


def ident(run: int, kind: str, number: int) -> UUID:
    return uuid5(NAMESPACE, f"{run} {kind} {number}")


def name(run: int, number: int) -> str:
    return f"household-{ident(run, 'stream', number)}"


def append(work: StoreTransaction, run: int, ask: Ask) -> list[int]:
    stream = name(run, ask.stream)
    household = ident(run, "stream", ask.stream)
    whole = Append(
        stream,
        max(0, len(work.read(stream)) + ask.off_by),
        [
            NewEvent(
                ident(run, "event", number),
                CaseNoted(household_id=household, note=str(number), occurred_on=DAY),
            )
            for number in ask.events
        ],
        by_officer(NOON + timedelta(minutes=ask.minutes)),
        mark(None if ask.key is None else f"{run} {ask.key}".encode()),
        [ident(run, "made", number) for number in ask.made],
    )
    recorded = (
        work.append_all([whole])[0]
        if ask.in_bulk
        else work.append(
            stream,
            whole.expected_version,
            whole.events,
            whole.provenance,
            whole.mark,
            whole.made_ids,
        )
    )
    return [each.meta.version for each in recorded]


def answer(store: EventStore, run: int, ask: Ask) -> object:
    """Do as asked in a transaction; say what came of it."""
    try:
        with store.transaction() as work:
            versions = append(work, run, ask)
            if ask.rolls_back:
                roll_back()
    except (VersionConflict, IdTaken):  # where several reasons hold, either is right
        return "refused"
    except _RolledBack:
        return "rolled back"
    return versions


def roll_back() -> None:
    raise _RolledBack


def told(store: EventStore, run: int) -> list[object]:
    """Give all that can be asked of a store about one example."""
    with store.transaction() as work:
        streams = [work.read(name(run, number)) for number in range(STREAMS)]
        keys = [work.find_command(f"{run} {number}".encode()) for number in range(KEYS + 1)]
        made = [work.find_made(ident(run, "made", number)) for number in range(IDS + 1)]
    for history in streams:
        assert broken_link(history) is None
        assert [each.meta.version for each in history] == list(range(1, len(history) + 1))
        times = [each.meta.recorded_at for each in history]
        assert times == sorted(times)
    return [streams, keys, made]


@settings(deadline=None)
@given(asks=st.lists(ASKS, max_size=12))
def test_a_store_keeps_each_stream_a_chain_and_each_key_one_command(asks: Sequence[Ask]) -> None:
    store, kept = MemoryStore(registry()), 0
    for ask in asks:
        versions = answer(store, 0, ask)
        kept += len(versions) if isinstance(versions, list) else 0
    told(store, 0)
    assert [each.position for each in store.read_log(0, 1_000)] == list(range(1, kept + 1))


@pytest.fixture(scope="module")
def postgres(postgres_server: PostgresServer) -> Iterator[EventStore]:
    with fresh_database(postgres_server) as url, postgres_store(url) as made:
        yield made


@pytest.mark.servers
@settings(
    max_examples=15, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
@given(asks=st.lists(ASKS, max_size=12))
def test_postgresql_answers_as_the_store_in_memory_does(
    postgres: EventStore, asks: Sequence[Ask]
) -> None:
    run, memory = next(RUNS), MemoryStore(registry())
    for ask in asks:
        assert answer(postgres, run, ask) == answer(memory, run, ask)
    assert told(postgres, run) == told(memory, run)
