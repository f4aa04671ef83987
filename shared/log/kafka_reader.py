"""Reading Kafka by assignment: what is read, and from where, is decided by our own tables."""

import threading
import time
from collections.abc import Sequence
from typing import Any

from kafka import KafkaConsumer, TopicPartition
from kafka.errors import (
    KafkaError,
    LogTruncationError,
    NoOffsetForPartitionError,
    OffsetOutOfRangeError,
)

from shared.log.headers import record_of
from shared.log.kafka_client import client
from shared.log.port import LogUnavailable, OffsetLost, Record

READER_SETTINGS: dict[str, Any] = {
    "group_id": None,
    "enable_auto_commit": False,
    # an offset that is gone must be said, not replaced by another
    "auto_offset_reset": "none",
    "isolation_level": "read_uncommitted",
    "check_crcs": True,
    "fetch_min_bytes": 1,
    # it answers as soon as there is a record; an answer without one is work for nothing
    "fetch_max_wait_ms": 1_000,
    "fetch_max_bytes": 16 * 1024 * 1024,
    "max_partition_fetch_bytes": 1024 * 1024,
    "max_poll_records": 5_000,
    "request_timeout_ms": 10_000,
    "connections_max_idle_ms": 540_000,
    "metadata_max_age_ms": 60_000,
    "allow_auto_create_topics": False,
    "metrics_enabled": False,
}

SLICE_S = 1.0
"""How long a waiting poll may overlook that it was woken."""


class KafkaReader:
    """One consumer, made at the first poll and again after an outage."""

    def __init__(self, bootstrap: str, assigned: Sequence[tuple[str, int]]) -> None:
        self._bootstrap = bootstrap
        self._next = dict.fromkeys(assigned, 0)
        self._woken = threading.Event()
        self._consumer: Any = None

    def seek(self, topic: str, partition: int, offset: int) -> None:
        """Read on from this offset."""
        self._next[topic, partition] = offset
        if self._consumer is not None:
            self._consumer.seek(TopicPartition(topic, partition), offset)

    def poll(self, timeout_s: float, max_records: int) -> list[Record]:
        """Give the next records, ascending in each partition; none when the time is over."""
        deadline = time.monotonic() + timeout_s
        try:
            consumer = self._open()
            while True:
                left = max(0.0, deadline - time.monotonic())
                polled = consumer.poll(
                    timeout_ms=int(min(left, SLICE_S) * 1000), max_records=max_records
                )
                if polled or self._woken.is_set() or left == 0:
                    self._woken.clear()
                    return self._taken(polled)
        except (OffsetOutOfRangeError, LogTruncationError, NoOffsetForPartitionError) as problem:
            raise self._lost(problem) from problem
        except KafkaError as problem:
            self.close()
            raise LogUnavailable(f"{type(problem).__name__}: {problem}") from problem

    def wake(self) -> None:
        """Make a waiting poll return within a moment."""
        self._woken.set()

    def close(self) -> None:
        """Let go of the broker; a later poll opens it again where it stood."""
        consumer, self._consumer = self._consumer, None
        if consumer is not None:
            consumer.close(autocommit=False, timeout_ms=1_000)

    def _open(self) -> Any:
        if self._consumer is None:
            consumer = client(KafkaConsumer, self._bootstrap, READER_SETTINGS)
            consumer.assign([TopicPartition(*where) for where in self._next])
            for where, offset in self._next.items():
                consumer.seek(TopicPartition(*where), offset)
            self._consumer = consumer
        return self._consumer

    def _taken(self, polled: dict[Any, list[Any]]) -> list[Record]:
        found: list[Record] = []
        for where, records in polled.items():
            found += map(record_from, records)
            self._next[where.topic, where.partition] = records[-1].offset + 1
        return found

    def _lost(self, problem: KafkaError) -> OffsetLost:
        named = getattr(problem, "divergent_offsets", problem.args[0] if problem.args else None)
        for where in named if isinstance(named, dict) else ():
            return OffsetLost(where.topic, where.partition, self._next[where])
        (topic, partition), offset = next(iter(self._next.items()))
        return OffsetLost(topic, partition, offset)


def record_from(record: Any) -> Record:
    """Read what the client gives."""
    return record_of(
        record.topic, record.partition, record.offset, record.key, record.value, record.headers
    )
