"""The log on Apache Kafka: every setting said, no consumer groups, no transactions."""

import time
from collections.abc import Iterable, Sequence
from contextlib import suppress
from typing import Any

from kafka import KafkaAdminClient, KafkaConsumer, KafkaProducer, TopicPartition
from kafka.admin import ConfigResource, ConfigResourceType
from kafka.errors import KafkaError, TopicAlreadyExistsError

from shared.log.headers import headers_of
from shared.log.kafka_client import client
from shared.log.kafka_reader import READER_SETTINGS, KafkaReader, record_from
from shared.log.partition import partition_of
from shared.log.port import (
    LogUnavailable,
    Outgoing,
    PublishFailed,
    Record,
    WrongTopic,
    check_count,
)

BATCH_BYTES = 512 * 1024
ROUND_BYTES = 320 * 1024
"""What one partition is given in a round: it fits one batch, with room for the overhead."""

FRAME_BYTES = 1024
"""More than the names of the headers and the frame of a record take."""

RECORD_BYTES = 900 * 1024
"""A record above this would be refused by the broker; nothing of ours comes near it."""

PRODUCER_SETTINGS: dict[str, Any] = {
    "acks": "all",
    "enable_idempotence": True,
    "retries": float("inf"),
    "max_in_flight_requests_per_connection": 5,
    "compression_type": "lz4",
    "batch_size": BATCH_BYTES,
    # a round leaves by flush, never by itself: so a partition has one batch under way at most
    "linger_ms": 600_000,
    "request_timeout_ms": 10_000,
    "delivery_timeout_ms": 720_000,
    "max_block_ms": 5_000,
    "max_request_size": 16 * 1024 * 1024,
    "allow_auto_create_topics": False,
    "metadata_max_age_ms": 60_000,
    "connections_max_idle_ms": 540_000,
    # nobody reads them, and they are a tenth of what a small round costs
    "metrics_enabled": False,
}

ADMIN_SETTINGS: dict[str, Any] = {"request_timeout_ms": 30_000}

SIZE_LIMIT = "max.message.bytes"
LEAST_SIZE = 1_000_000
"""A batch above the topic's limit would be split, and a later half kept without an earlier one."""

TOPIC_SETTINGS = {
    "retention.ms": "-1",
    "retention.bytes": "-1",
    "cleanup.policy": "delete",
    SIZE_LIMIT: "1048588",
}

DELIVERY_S = 20.0
"""How long a round may stay unacknowledged before its producer is thrown away."""

CLOSE_S = 5.0


class KafkaLog:
    """One producer and one look-up consumer, made when first needed."""

    def __init__(
        self, bootstrap: str, *, replication: int = -1, delivery_s: float = DELIVERY_S
    ) -> None:
        self._bootstrap = bootstrap
        self._replication = replication
        self._delivery_s = delivery_s
        self._producer: Any = None
        self._lookup: Any = None
        self._counts: dict[str, int] = {}

    def publish(self, batch: Sequence[Outgoing]) -> None:
        """Return when every record is acknowledged by all replicas, in order per partition.

        The client may deliver a partition's later batch although an earlier one failed, and a
        reader would then drop the earlier one's second coming as a duplicate. So the records go
        in rounds, each of at most one batch a partition, and a round waits for the one before.
        """
        try:
            for round_ in self._rounds(batch):
                self._deliver(round_)
        except KafkaError as problem:
            raise PublishFailed(f"{type(problem).__name__}: {problem}") from problem

    def reopen(self) -> None:
        """Throw the producer away with all that it has not sent."""
        producer, self._producer = self._producer, None
        if producer is None:
            return
        # close() alone would wait for what cannot be delivered, and then leave its thread running
        producer._sender.force_close()  # noqa: SLF001 - no public way to give records up
        with suppress(KafkaError):  # it says that records were given up, which is meant
            producer.close(timeout=CLOSE_S)

    def reader(self, topics: Iterable[str], partitions: Iterable[int]) -> KafkaReader:
        """Read these partitions of each of these topics, by assignment."""
        numbers = tuple(partitions)
        assigned = [(topic, number) for topic in topics for number in numbers]
        return KafkaReader(self._bootstrap, assigned)

    def last(self, topic: str, partition: int) -> Record | None:
        """Give the last record of a partition, if there is one."""
        where = TopicPartition(topic, partition)
        try:
            consumer = self._consumer()
            end = consumer.end_offsets([where], timeout_ms=10_000)[where]
            if end == 0:
                return None
            consumer.assign([where])
            consumer.seek(where, end - 1)
            deadline = time.monotonic() + 10
            while time.monotonic() < deadline:
                for record in consumer.poll(timeout_ms=1_000, max_records=1).get(where, ()):
                    return record_from(record)
        except KafkaError as problem:
            self._forget_lookup()
            raise LogUnavailable(f"{type(problem).__name__}: {problem}") from problem
        raise LogUnavailable(f"{topic}/{partition}: the last record did not come")

    def ends(self, topic: str) -> dict[int, int]:
        """Give the offset after the last record, for every partition."""
        try:
            consumer = self._consumer()
            numbers = consumer.partitions_for_topic(topic)
            if not numbers:
                raise WrongTopic(f"{topic}: không có / does not exist")
            wanted = [TopicPartition(topic, number) for number in sorted(numbers)]
            ends = consumer.end_offsets(wanted, timeout_ms=10_000)
        except KafkaError as problem:
            self._forget_lookup()
            raise LogUnavailable(f"{type(problem).__name__}: {problem}") from problem
        return {where.partition: int(end) for where, end in ends.items()}

    def ensure_topics(self, names: Iterable[str], partitions: int) -> None:
        """Make the topics that are missing, kept for ever; WrongTopic for another count."""
        wanted = tuple(names)
        try:
            admin = client(KafkaAdminClient, self._bootstrap, ADMIN_SETTINGS)
            try:
                for name in sorted(set(wanted) - set(admin.list_topics())):
                    with suppress(TopicAlreadyExistsError):  # another process was faster
                        admin.create_topics({name: self._new_topic(partitions)})
                admin.wait_for_topics(list(wanted), timeout_ms=30_000)
                described = admin.describe_topics(list(wanted))
                limits = _size_limits(admin, wanted)
            finally:
                admin.close()
        except KafkaError as problem:
            raise LogUnavailable(f"{type(problem).__name__}: {problem}") from problem
        for topic in described:
            check_count(topic["name"], len(topic["partitions"]), partitions)
        for name, limit in limits.items():
            if limit < LEAST_SIZE:
                raise WrongTopic(f"{name}: {SIZE_LIMIT}={limit}, cần / needs {LEAST_SIZE}")

    def close(self) -> None:
        """Let go of the broker."""
        self.reopen()
        self._forget_lookup()

    def _new_topic(self, partitions: int) -> dict[str, Any]:
        return {
            "num_partitions": partitions,
            "replication_factor": self._replication,
            "configs": TOPIC_SETTINGS,
        }

    def _rounds(self, batch: Sequence[Outgoing]) -> Iterable[list[tuple[int, Outgoing, Any]]]:
        round_: list[tuple[int, Outgoing, Any]] = []
        filled: dict[tuple[str, int], int] = {}
        for outgoing in batch:
            headers = headers_of(outgoing)
            # the other headers repeat what the meta holds
            size = len(outgoing.data) + 2 * len(outgoing.meta) + FRAME_BYTES
            if size > RECORD_BYTES:
                raise PublishFailed(f"{outgoing.topic} position {outgoing.position}: {size} bytes")
            number = partition_of(outgoing.key, self._partitions(outgoing.topic))
            where = (outgoing.topic, number)
            if round_ and filled.get(where, 0) + size > ROUND_BYTES:
                yield round_
                round_, filled = [], {}
            filled[where] = filled.get(where, 0) + size
            round_.append((number, outgoing, headers))
        if round_:
            yield round_

    def _deliver(self, round_: Sequence[tuple[int, Outgoing, Any]]) -> None:
        producer = self._open_producer()
        sent = [
            producer.send(
                outgoing.topic,
                key=outgoing.key_bytes,
                value=outgoing.data,
                headers=list(headers),
                partition=number,
            )
            for number, outgoing, headers in round_
        ]
        producer.flush(timeout=self._delivery_s)
        for acknowledged in sent:
            acknowledged.get(timeout=self._delivery_s)

    def _partitions(self, topic: str) -> int:
        if topic not in self._counts:
            numbers = self._open_producer().partitions_for(topic)
            if not numbers:
                raise PublishFailed(f"{topic}: không có / does not exist")
            self._counts[topic] = len(numbers)
        return self._counts[topic]

    def _open_producer(self) -> Any:
        if self._producer is None:
            producer = client(KafkaProducer, self._bootstrap, PRODUCER_SETTINGS)
            # a batch that is refused must fail whole: of two halves the later might be kept alone
            producer._sender._can_split = _never  # noqa: SLF001 - there is no setting for it
            self._producer = producer
        return self._producer

    def _consumer(self) -> Any:
        if self._lookup is None:
            self._lookup = client(KafkaConsumer, self._bootstrap, READER_SETTINGS)
        return self._lookup

    def _forget_lookup(self) -> None:
        lookup, self._lookup = self._lookup, None
        if lookup is not None:
            lookup.close(autocommit=False, timeout_ms=1_000)


def _never(_batch: object, _error: object) -> bool:
    return False


def _size_limits(admin: Any, topics: Iterable[str]) -> dict[str, int]:
    asked = [ConfigResource(ConfigResourceType.TOPIC, topic) for topic in topics]
    answered = admin.describe_configs(asked, config_filter="all")["topic"]
    return {topic: int(configs[SIZE_LIMIT]["value"]) for topic, configs in answered.items()}
