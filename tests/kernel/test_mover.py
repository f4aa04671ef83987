"""A mover on real PostgreSQL and real Kafka, without faults."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from shared.log.kafka import KafkaLog
from shared.log.memory import MemoryLog
from shared.mover.mover import Mover
from shared.mover.relay import Relay
from shared.mover.sequencer import Sequencer
from shared.store.postgres import PostgresStore
from tests.support.records import household
from tests.support.servers import KafkaServer, eventually
from tests.support.store import by_officer, postgres_store, several, stream, write

pytestmark = pytest.mark.servers

TOPIC = "households.events"
PARTITIONS = 3


@pytest.fixture
def store(postgres_url: str) -> Iterator[PostgresStore]:
    with postgres_store(postgres_url) as made:
        yield made


@contextmanager
def sequencer_of(store: PostgresStore, limit: int = 5_000) -> Iterator[Sequencer]:
    made = Sequencer(store.engine, limit)
    try:
        yield made
    finally:
        made.close()


def test_events_get_dense_positions_in_the_order_of_their_numbers(store: PostgresStore) -> None:
    with sequencer_of(store) as sequencer:
        assert sequencer.run_pass() == 0
        write(store, "a", households=2)
        assert (sequencer.run_pass(), sequencer.run_pass()) == (4, 0)
    log = store.read_log(0, 10)
    assert [each.position for each in log] == [1, 2, 3, 4]
    assert [each.meta.version for each in log] == [1, 2, 1, 2]
    assert store.head() == 4


def test_a_pass_places_no_more_than_its_limit(store: PostgresStore) -> None:
    write(store, "a", households=1, each=5)
    with sequencer_of(store, limit=2) as sequencer:
        assert [sequencer.run_pass() for _ in range(4)] == [2, 2, 1, 0]


def test_a_sequencer_that_starts_again_finds_what_is_left(store: PostgresStore) -> None:
    for number in range(3):
        with sequencer_of(store) as sequencer:
            assert sequencer.run_pass() == (1 if number else 0)
        with store.transaction() as work:
            work.append(stream(), number, several(f"a{number}"), by_officer())


def test_what_is_placed_is_published_once_and_in_order(store: PostgresStore) -> None:
    log = MemoryLog()
    log.ensure_topics([TOPIC], PARTITIONS)
    relay = Relay(store, log, TOPIC, PARTITIONS, batch=3)
    write(store, "a", households=2)
    assert relay.run_once() == 0
    with sequencer_of(store) as sequencer:
        sequencer.run_pass()
    assert [relay.run_once() for _ in range(3)] == [3, 1, 0]
    relay.check()
    published = [each for records in log.topics[TOPIC] for each in records]
    assert sorted(each.position for each in published) == [1, 2, 3, 4]
    in_order = [[each.position for each in records] for records in log.topics[TOPIC]]
    assert in_order == [sorted(positions) for positions in in_order]
    assert {each.key for each in published} == {household(0), household(1)}
    raw = {each.position: (each.meta, each.data, each.digest) for each in store.read_raw(0, 10)}
    assert {each.position: (each.meta, each.data, each.digest) for each in published} == raw


def test_movers_carry_a_commit_to_kafka(
    store: PostgresStore, kafka_server: KafkaServer, topic_prefix: str
) -> None:
    topic = topic_prefix + TOPIC
    log = KafkaLog(kafka_server.bootstrap)
    log.ensure_topics([topic], PARTITIONS)
    stop = threading.Event()
    movers = [Mover(store, KafkaLog(kafka_server.bootstrap), topic, PARTITIONS) for _ in range(2)]
    running = [threading.Thread(target=mover.run, args=(stop,)) for mover in movers]
    for each in running:
        each.start()
    try:
        write(store, "a", households=5, each=4)
        eventually(lambda: sum(log.ends(topic).values()) >= 20)
    finally:
        stop.set()
        for each in running:
            each.join()
        log.close()
    assert [mover.problem for mover in movers] == [None, None]
    assert store.head() == 20
