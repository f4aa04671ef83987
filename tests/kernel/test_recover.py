"""A restored store or a lost topic is noticed, said, and put right (guarantee G13)."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from shared.ids import named
from shared.log.memory import MemoryLog
from shared.log.partition import partition_of
from shared.log.port import Outgoing
from shared.mover.agreement import LogBehindCursor, StoreBehindLog
from shared.mover.recover import CannotRecover, Recovery, recover
from shared.mover.relay import Relay
from shared.mover.sequencer import Sequencer
from shared.store.postgres import PostgresStore
from tests.support.records import household
from tests.support.servers import PostgresServer
from tests.support.store import (
    by_officer,
    ids,
    mark,
    new,
    postgres_store,
    restored_from,
    stream,
    write,
)
from tests.support.streams import broken_link

pytestmark = pytest.mark.servers

TOPIC = "households.events"
PARTITIONS = 3


def place(store: PostgresStore) -> None:
    sequencer = Sequencer(store.engine)
    while sequencer.run_pass():
        pass
    sequencer.close()


def relay_of(store: PostgresStore, log: MemoryLog) -> Relay:
    return Relay(store, log, TOPIC, PARTITIONS)


def move(store: PostgresStore, log: MemoryLog) -> None:
    relay = relay_of(store, log)
    relay.check()
    place(store)
    while relay.run_once():
        pass


def put_right(store: PostgresStore, log: MemoryLog) -> Recovery:
    return recover(store, log, TOPIC, PARTITIONS, [store.engine])


def assert_same_story(store: PostgresStore, log: MemoryLog) -> None:
    """Every event is on the log, in order in its partition, the repeated ones apart."""
    events = store.read_log(0, 10_000)
    assert [each.position for each in events] == list(range(1, len(events) + 1))
    for number, records in enumerate(log.topics[TOPIC]):
        last, kept = 0, []
        for record in records:
            if record.position > last:
                last = record.position
                kept.append((record.position, record.digest))
        own = [each for each in events if partition_of(each.meta.key, PARTITIONS) == number]
        assert kept == [(each.position, each.digest) for each in own]


@pytest.fixture
def log() -> MemoryLog:
    made = MemoryLog()
    made.ensure_topics([TOPIC], PARTITIONS)
    return made


@contextmanager
def backed_up(
    url: str, server: PostgresServer, log: MemoryLog, *, place_all: bool = True
) -> Iterator[PostgresStore]:
    """A store that goes on after its backup was taken and is then restored from it."""
    with postgres_store(url) as store:
        write(store, "before")
        if place_all:
            move(store, log)
    with restored_from(server, url) as copy:
        with postgres_store(url) as store:
            write(store, "after")
            move(store, log)
        with postgres_store(copy) as restored:
            yield restored


@pytest.mark.parametrize("place_all", [True, False])
def test_a_restored_store_gets_back_what_only_the_log_holds(
    postgres_url: str, postgres_server: PostgresServer, log: MemoryLog, *, place_all: bool
) -> None:
    with backed_up(postgres_url, postgres_server, log, place_all=place_all) as store:
        with pytest.raises(StoreBehindLog, match=str(named("after-2-1"))):
            relay_of(store, log).check()
        done = put_right(store, log)
        assert done == Recovery(tuple(range(7 if place_all else 1, 13)))
        assert put_right(store, log) == Recovery()
        write(store, "since")
        move(store, log)
        assert_same_story(store, log)
        assert store.head() == 18
        assert broken_link(store.read_stream(stream(1))) is None


def test_a_repeated_command_is_known_again_after_the_log_gave_its_events_back(
    postgres_url: str, postgres_server: PostgresServer, log: MemoryLog
) -> None:
    (part,) = ids("a part")
    with postgres_store(postgres_url):
        pass
    with restored_from(postgres_server, postgres_url) as copy:
        with postgres_store(postgres_url) as store:
            with store.transaction() as work:
                facts = [new("first", 0), new("second", 0)]
                work.append(stream(0), 0, facts, by_officer(), mark(), made_ids=[part])
            write(store, "unmarked")
            move(store, log)
        with postgres_store(copy) as restored:
            put_right(restored, log)
            with restored.transaction() as work:
                found, made = work.find_command(b"key"), work.find_made(part)
    assert found is not None
    assert made is not None
    assert [each.meta.event_id for each in found.events] == [named("first"), named("second")]
    assert (found.fingerprint, found.content) == (b"fingerprint", b"content")
    assert made.events == found.events


def test_a_store_that_went_on_after_its_restore_cannot_be_put_right(
    postgres_url: str, postgres_server: PostgresServer, log: MemoryLog
) -> None:
    with backed_up(postgres_url, postgres_server, log) as store:
        write(store, "fork", households=1)
        with pytest.raises(CannotRecover, match=str(named("fork-0-0"))):
            put_right(store, log)
        assert store.head() == 6
        place(store)
        with pytest.raises(StoreBehindLog):
            relay_of(store, log).check()
        with pytest.raises(CannotRecover, match="position 7"):
            put_right(store, log)
        write(store, "fork further")
        place(store)
        with pytest.raises(StoreBehindLog):  # it has an event in each place, but others
            relay_of(store, log).check()


def test_a_log_with_a_gap_cannot_restore_a_store(
    postgres_url: str, postgres_server: PostgresServer, log: MemoryLog
) -> None:
    with backed_up(postgres_url, postgres_server, log) as store:
        log.topics[TOPIC][partition_of(household(0), PARTITIONS)].clear()
        with pytest.raises(CannotRecover, match="lacks position 7"):
            put_right(store, log)


@pytest.mark.parametrize("kept", [0, 1])
def test_a_lost_partition_is_filled_again(postgres_url: str, log: MemoryLog, kept: int) -> None:
    with postgres_store(postgres_url) as store:
        write(store, "before")
        move(store, log)
        with store.engine.begin() as connection:
            connection.exec_driver_sql(
                f"INSERT INTO consumed SELECT '{TOPIC}', n, 4, 6 FROM generate_series(0, 2) n"
            )
        lost = partition_of(household(1), PARTITIONS)
        del log.topics[TOPIC][lost][kept:]
        with pytest.raises(LogBehindCursor, match=f"{TOPIC}/{lost}"):
            relay_of(store, log).check()
        assert put_right(store, log).republished_after == kept * 3
        with store.engine.begin() as connection:
            rows = connection.exec_driver_sql("SELECT partition, next_offset FROM consumed")
            assert {n: offset == 0 for n, offset in rows} == {n: n == lost for n in range(3)}
        move(store, log)
        assert_same_story(store, log)
        assert put_right(store, log) == Recovery()


def test_a_topic_lost_whole_is_filled_again(postgres_url: str, log: MemoryLog) -> None:
    with postgres_store(postgres_url) as store:
        write(store, "before")
        move(store, log)
        for records in log.topics[TOPIC]:
            records.clear()
        with pytest.raises(LogBehindCursor):
            relay_of(store, log).check()
        assert put_right(store, log).republished_after == 0
        move(store, log)
        assert_same_story(store, log)


def test_what_a_stopped_relay_repeats_at_the_end_is_no_loss(
    postgres_url: str, log: MemoryLog
) -> None:
    with postgres_store(postgres_url) as store:
        write(store, "before")
        move(store, log)
        first = store.read_raw(0, 1)[0]
        log.publish(
            [
                Outgoing(
                    topic=TOPIC,
                    key=first.key,
                    position=1,
                    meta=first.meta,
                    data=first.data,
                    digest=first.digest,
                )
            ]
        )
        relay_of(store, log).check()
        assert put_right(store, log) == Recovery()


def test_records_of_others_at_the_end_are_passed_over(postgres_url: str, log: MemoryLog) -> None:
    with postgres_store(postgres_url) as store:
        write(store, "before")
        move(store, log)
        for partition in range(PARTITIONS):
            for value in (b"{", None, b"{}"):
                log.put(TOPIC, partition, b"a key", value, [("ce_source", b"/households")])
        relay_of(store, log).check()
        assert put_right(store, log) == Recovery()
