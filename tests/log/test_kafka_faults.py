"""Order is kept on Kafka although deliveries fail: a reader never meets a gap."""

import gc
import os
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path

import pytest
from kafka import KafkaAdminClient
from kafka.admin import ConfigResource, ConfigResourceType

from deploy.bundled import kafka
from deploy.bundled.kafka import RunningKafka
from shared.log.kafka import KafkaLog
from shared.log.kafka_client import client
from shared.log.partition import partition_of
from shared.log.port import Log, LogUnavailable, Outgoing, PublishFailed, WrongTopic
from tests.support.records import Source, household
from tests.support.servers import eventually

pytestmark = [
    pytest.mark.servers,
    pytest.mark.faults,
    # a client leaves the sockets on which it was waiting for a broker that was stopped
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]

PARTITIONS = 3
BATCH = 20


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("broker")


@pytest.fixture(scope="module")
def brokers(data_dir: Path) -> Iterator[list[RunningKafka]]:
    """A broker to be hurt; whoever starts it again says so here."""
    running = [kafka.start(data_dir)]
    yield running
    running[-1].stop()


@pytest.fixture
def log(brokers: list[RunningKafka]) -> Iterator[KafkaLog]:
    """A log that gives up early."""
    opened = KafkaLog(brokers[-1].bootstrap, delivery_s=0.5)
    yield opened
    opened.close()
    del opened
    gc.collect()  # what a client left is complained of here, not in somebody else's test


@pytest.fixture
def source(log: KafkaLog, topic_prefix: str) -> Source:
    made = Source(prefix=topic_prefix)
    log.ensure_topics([made.topic], PARTITIONS)
    return made


class Carrying:
    """Publishes as a relay does: in batches, and again from the last that was acknowledged."""

    def __init__(self, log: Log, sent: Sequence[Outgoing]) -> None:
        self.acknowledged, self.failures = 0, 0
        self._log, self._sent = log, sent
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def _run(self) -> None:
        while self.acknowledged < len(self._sent):
            try:
                self._log.publish(self._sent[self.acknowledged : self.acknowledged + BATCH])
                self.acknowledged += BATCH
            except PublishFailed:
                self.failures += 1
                self._log.reopen()

    def finish(self) -> None:
        self._thread.join()


class Taking:
    """Reads as a consumer does: drops whatever is not above the last of its partition."""

    def __init__(self, log: Log, source: Source) -> None:
        self.positions: list[int] = []
        self._last = dict.fromkeys(range(PARTITIONS), 0)
        self._reader = log.reader([source.topic], range(PARTITIONS))

    def enough(self, count: int) -> bool:
        with suppress(LogUnavailable):
            for record in self._reader.poll(1.0, 1_000):
                if record.position > self._last[record.partition]:
                    self._last[record.partition] = record.position
                    self.positions.append(record.position)
        return len(self.positions) >= count

    def finish(self, count: int) -> list[int]:
        try:
            eventually(lambda: self.enough(count))
        finally:
            self._reader.close()
        return sorted(self.positions)


def stopped_for_a_while(brokers: list[RunningKafka], failed: Callable[[], bool]) -> None:
    os.kill(brokers[-1].pid, signal.SIGSTOP)
    try:
        eventually(failed)
    finally:
        os.kill(brokers[-1].pid, signal.SIGCONT)


def killed_and_started(brokers: list[RunningKafka], failed: Callable[[], bool]) -> None:
    hurt = brokers[-1]
    hurt.kill()
    eventually(failed)
    brokers.append(kafka.start(hurt.data_dir, port=hurt.port))


@pytest.mark.parametrize("hurt", [stopped_for_a_while, killed_and_started])
def test_no_gap_is_left_by_deliveries_that_failed(
    brokers: list[RunningKafka],
    log: KafkaLog,
    source: Source,
    hurt: Callable[[list[RunningKafka], Callable[[], bool]], None],
) -> None:
    sent = source.events(2_000, households=12)
    carrying = Carrying(log, sent)
    taking = Taking(log, source)
    eventually(lambda: taking.enough(200))
    hurt(brokers, lambda: carrying.failures > 0)
    carrying.finish()
    assert taking.finish(len(sent)) == [outgoing.position for outgoing in sent]


def limit_records(broker: RunningKafka, topic: str, size: int) -> None:
    admin = client(KafkaAdminClient, broker.bootstrap, {})
    limit = {"max.message.bytes": str(size)}
    admin.alter_configs([ConfigResource(ConfigResourceType.TOPIC, topic, limit)])
    admin.close()


def test_what_follows_a_refused_record_is_not_published_before_it(
    brokers: list[RunningKafka], log: KafkaLog, source: Source
) -> None:
    noise = os.urandom(20_000).hex()
    sent = [source.event(household(1), note) for note in ("a", "b", noise, "c", "d")]
    limit_records(brokers[-1], source.topic, 10_000)
    with pytest.raises(PublishFailed, match="TooLarge"):
        log.publish(sent)
    log.reopen()
    limit_records(brokers[-1], source.topic, 1_048_588)
    log.publish(sent)
    assert Taking(log, source).finish(len(sent)) == [1, 2, 3, 4, 5]


def test_a_topic_whose_records_would_be_refused_is_refused(
    brokers: list[RunningKafka], log: KafkaLog, source: Source
) -> None:
    limit_records(brokers[-1], source.topic, 10_000)
    with pytest.raises(WrongTopic, match=r"max\.message\.bytes"):
        log.ensure_topics([source.topic], PARTITIONS)


def test_a_record_that_no_broker_would_take_is_not_sent(log: KafkaLog, source: Source) -> None:
    first, second = source.event(household(1)), source.event(household(1), "x" * 1_000_000)
    with pytest.raises(PublishFailed, match="position 2"):
        log.publish([first, second])
    assert log.ends(source.topic)[partition_of(first.key, PARTITIONS)] == 0
