"""The relay: positioned events to acknowledged records on Kafka, beside a bare producer."""

from collections.abc import Iterator
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

from kafka import KafkaProducer

from bench.row import Row, rate
from bench.store import bulk
from deploy.bundled import kafka, postgres
from shared.database import engine
from shared.log.kafka import KafkaLog
from shared.migrate import folder, migrate_one
from shared.mover.relay import Relay
from shared.mover.sequencer import Sequencer
from shared.store.postgres import PostgresStore
from tests.support.records import registry

PARTITIONS = 12
EVENTS = 60_000
BATCH = 500
SETTINGS = {
    "acks": "all",
    "enable_idempotence": True,
    "compression_type": "lz4",
    "batch_size": 65_536,
    "linger_ms": 2,
}


def rows() -> list[Row]:
    """Measure on servers of its own."""
    with TemporaryDirectory() as place:
        Path(place).chmod(0o755)
        database = postgres.start(Path(place) / "postgres")
        broker = kafka.start(Path(place) / "kafka")
        try:
            return list(_rows(database.url(), broker.bootstrap))
        finally:
            broker.stop()
            database.stop()


def _rows(url: str, bootstrap: str) -> Iterator[Row]:
    migrate_one(url, folder("households"))
    connects = engine(url, transaction_seconds=0)
    store = PostgresStore(connects, registry())
    while store.head() < EVENTS:
        bulk(store)
        placed = place_all(store)
    log = KafkaLog(bootstrap)
    topics = (f"bench{number}.events" for number in count())

    def relay_all() -> int:
        topic = next(topics)
        log.ensure_topics([topic], PARTITIONS)
        relay, done = Relay(store, log, topic, PARTITIONS), 0
        while published := relay.run_once():
            done += published
        return done

    relay_all()
    relayed = rate(relay_all)
    yield Row(
        what="relay: positioned events to acknowledged records, order kept",
        ours=relayed,
        unit="/s",
        reference=rate(lambda: bare(bootstrap, log, next(topics))),
        reference_what=f"bare kafka-python, 400 bytes, batches of {BATCH} awaited",
        goal="≥ 25,000/s",
        reached=relayed >= 25_000,
        note=f"the sequencer placed the last {placed:,} in passes of 5,000",
    )
    log.close()
    connects.dispose()


def place_all(store: PostgresStore) -> int:
    sequencer, done = Sequencer(store.engine), 0
    while placed := sequencer.run_pass():
        done += placed
    sequencer.close()
    return done


def bare(bootstrap: str, log: KafkaLog, topic: str) -> int:
    log.ensure_topics([topic], PARTITIONS)
    producer = KafkaProducer(bootstrap_servers=bootstrap, **SETTINGS)
    value = b"x" * 400
    for start in range(0, EVENTS, BATCH):
        sent = [
            producer.send(topic, value=value, partition=number % PARTITIONS)
            for number in range(start, start + BATCH)
        ]
        producer.flush()
        for each in sent:
            each.get(timeout=30)
    producer.close()
    return EVENTS
