"""The rows of the log: publishing and reading on Kafka and on PostgreSQL, and consuming."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any
from uuid import UUID

from kafka import KafkaConsumer, KafkaProducer, TopicPartition
from sqlalchemy import Connection, text

from bench.row import Row, rate
from deploy.bundled import kafka, postgres
from shared.database import engine as connect
from shared.log.embedded import EmbeddedLog
from shared.log.headers import headers_of
from shared.log.kafka import PRODUCER_SETTINGS, KafkaLog
from shared.log.kafka_client import client
from shared.log.kafka_reader import READER_SETTINGS
from shared.log.partition import partition_of
from shared.log.port import Log, Outgoing
from shared.migrate import folder, migrate_one
from shared.projector.loop import Consumer
from shared.projector.schema import TABLES
from shared.recorded import Recorded
from tests.support.records import Source, household, registry

PARTITIONS = 12
EVENTS = 20_000
HOUSEHOLDS = 2_000
BATCH = 500
AT_ONCE = 5_000
PUBLISH_GOAL = 25_000
READ_GOAL = 80_000


def rows() -> list[Row]:
    """Measure the log, with servers of this run's own."""
    with ExitStack() as stack:
        home = Path(stack.enter_context(TemporaryDirectory()))
        broker = kafka.start(home / "kafka")
        stack.callback(broker.stop)
        server = postgres.start(home / "postgres")
        stack.callback(server.stop)
        on_kafka = stack.enter_context(_opened(KafkaLog(broker.bootstrap)))
        migrate_one(server.url(), folder("log"))
        embedded = stack.enter_context(_opened(EmbeddedLog(server.url())))
        return [
            _published(on_kafka, broker.bootstrap),
            _read(on_kafka, broker.bootstrap),
            _consumed(on_kafka, server.url()),
            *_embedded(embedded),
        ]


@contextmanager
def _opened(log: Log) -> Iterator[Any]:
    yield log
    log.close()


def _events(log: Log, name: str) -> tuple[str, list[Outgoing]]:
    source = Source(prefix=f"{name}.")
    log.ensure_topics([source.topic], PARTITIONS)
    note = "x" * 150  # with its meta about 600 bytes, as an event of ours
    return source.topic, [source.event(household(n % HOUSEHOLDS), note) for n in range(EVENTS)]


def _batches(events: Sequence[Outgoing]) -> Iterator[Sequence[Outgoing]]:
    for start in range(0, len(events), BATCH):
        yield events[start : start + BATCH]


def _published(log: Log, bootstrap: str) -> Row:
    _, events = _events(log, "published")
    producer = client(KafkaProducer, bootstrap, PRODUCER_SETTINGS)

    def ours() -> int:
        for batch in _batches(events):
            log.publish(batch)
        return len(events)

    def raw() -> int:
        for batch in _batches(events):
            for event in batch:
                producer.send(
                    event.topic,
                    event.data,
                    str(event.key).encode(),
                    list(headers_of(event)),
                    partition_of(event.key, PARTITIONS),
                )
            producer.flush()
        return len(events)

    row = _compared("publish on Kafka, all acknowledged, batches of 500", ours, raw, PUBLISH_GOAL)
    producer.close()
    return row


def _read(log: Log, bootstrap: str) -> Row:
    topic, events = _events(log, "read")
    for batch in _batches(events):
        log.publish(batch)
    reader = log.reader([topic], range(PARTITIONS))
    consumer = client(KafkaConsumer, bootstrap, READER_SETTINGS)
    lanes = [TopicPartition(topic, number) for number in range(PARTITIONS)]
    consumer.assign(lanes)

    def ours() -> int:
        for lane in lanes:
            reader.seek(topic, lane.partition, 0)
        read = 0
        while read < EVENTS:
            read += len(reader.poll(10, AT_ONCE))
        return read

    def raw() -> int:
        for lane in lanes:
            consumer.seek(lane, 0)
        read = 0
        while read < EVENTS:
            read += sum(map(len, consumer.poll(10_000, AT_ONCE).values()))
        return read

    row = _compared("read from Kafka before folding", ours, raw, READ_GOAL)
    reader.close()
    consumer.close()
    return row


def _compared(what: str, ours: Any, raw: Any, goal: int) -> Row:
    mine, reference = rate(ours), rate(raw)
    return Row(
        what=what,
        ours=mine,
        unit="events/s",
        goal=f"≥ {goal:,}/s",
        reached=mine >= goal,
        reference=reference,
        reference_what="kafka-python, the same records and headers",
        note="the client is pure Python and takes most of its time for the contract's 16 headers",
    )


def _consumed(log: Log, url: str) -> Row:
    topic, events = _events(log, "consumed")
    for batch in _batches(events):
        log.publish(batch)
    engine = connect(url)
    with engine.begin() as connection:
        for statement in TABLES:
            connection.execute(text(statement))

    def step(connection: Connection, keys: list[UUID], recorded: list[Recorded]) -> None:
        """Fold nothing."""

    topics, registries = {"households": topic}, {"households": registry()}
    consumer = Consumer(engine, log, topics, registries, step, range(PARTITIONS))
    started, consumed = perf_counter(), 0
    while consumed < EVENTS:
        consumed += consumer.run_once(10)
    taken = perf_counter() - started
    consumer.close()
    engine.dispose()
    return Row(
        what="consume: decode, verify, offsets and journal committed, nothing folded",
        ours=EVENTS / taken,
        unit="events/s",
        goal="≥ 2 × live refolds (800/s)",
        reached=EVENTS / taken >= 1_600,
    )


def _embedded(log: EmbeddedLog) -> list[Row]:
    topic, events = _events(log, "embedded")
    started = perf_counter()
    for batch in _batches(events):
        log.publish(batch)
    published = EVENTS / (perf_counter() - started)
    reader = log.reader([topic], range(PARTITIONS))
    started, read = perf_counter(), 0
    while read < EVENTS:
        read += len(reader.poll(10, AT_ONCE))
    rate_read = EVENTS / (perf_counter() - started)
    reader.close()
    return [
        Row(what=what, ours=ours, unit="events/s", goal="an office: 200/s", reached=ours >= goal)
        for what, ours, goal in (
            ("publish in PostgreSQL (LOG=embedded), batches of 500", published, 200),
            ("read from PostgreSQL (LOG=embedded)", rate_read, 200),
        )
    ]
