"""A log in memory, for property tests only: it forgets everything."""

import threading
import time
from collections.abc import Iterable, Sequence

from shared.log.headers import headers_of, record_of
from shared.log.partition import partition_of
from shared.log.port import OffsetLost, Outgoing, Record, WrongTopic, check_count


class MemoryLog:
    """Topics as lists; may be shared by threads, unlike the real ones."""

    def __init__(self) -> None:
        self.topics: dict[str, list[list[Record]]] = {}
        self.changed = threading.Condition()

    def publish(self, batch: Sequence[Outgoing]) -> None:
        """Keep every record, in order."""
        with self.changed:
            for outgoing in batch:
                partitions = self._partitions(outgoing.topic)
                number = partition_of(outgoing.key, len(partitions))
                key, headers = outgoing.key_bytes, headers_of(outgoing)
                self.put(outgoing.topic, number, key, outgoing.data, headers)
            self.changed.notify_all()

    def put(
        self,
        topic: str,
        partition: int,
        key: bytes | None,
        value: bytes | None,
        headers: Iterable[tuple[str, bytes]],
    ) -> None:
        """Keep a record as any program might write it, ours or not."""
        with self.changed:
            records = self._partitions(topic)[partition]
            records.append(record_of(topic, partition, len(records), key, value, headers))
            self.changed.notify_all()

    def reopen(self) -> None:
        """Nothing is ever under way here."""

    def reader(self, topics: Iterable[str], partitions: Iterable[int]) -> "MemoryReader":
        """Read these partitions of each of these topics."""
        numbers = tuple(partitions)
        return MemoryReader(self, [(topic, number) for topic in topics for number in numbers])

    def last(self, topic: str, partition: int) -> Record | None:
        """Give the last record of a partition, if there is one."""
        records = self._partitions(topic)[partition]
        return records[-1] if records else None

    def ends(self, topic: str) -> dict[int, int]:
        """Give the offset after the last record, for every partition."""
        return {number: len(records) for number, records in enumerate(self._partitions(topic))}

    def ensure_topics(self, names: Iterable[str], partitions: int) -> None:
        """Make the topics that are missing."""
        for name in names:
            existing = self.topics.setdefault(name, [[] for _ in range(partitions)])
            check_count(name, len(existing), partitions)

    def close(self) -> None:
        """Nothing is held."""

    def _partitions(self, topic: str) -> list[list[Record]]:
        if topic not in self.topics:
            raise WrongTopic(f"{topic}: không có / does not exist")
        return self.topics[topic]


class MemoryReader:
    """Reads a log in memory, taking its partitions in turn."""

    def __init__(self, log: MemoryLog, assigned: Sequence[tuple[str, int]]) -> None:
        self._log = log
        self._next = dict.fromkeys(assigned, 0)
        self._woken = False

    def seek(self, topic: str, partition: int, offset: int) -> None:
        """Read on from this offset."""
        self._next[topic, partition] = offset

    def poll(self, timeout_s: float, max_records: int) -> list[Record]:
        """Give the next records, ascending in each partition."""
        deadline = time.monotonic() + timeout_s
        with self._log.changed:
            while not (found := self._take(max_records)):
                left = deadline - time.monotonic()
                if self._woken or left <= 0:
                    break
                self._log.changed.wait(left)
            self._woken = False
        return found

    def wake(self) -> None:
        """Make a waiting poll return at once."""
        with self._log.changed:
            self._woken = True
            self._log.changed.notify_all()

    def close(self) -> None:
        """Nothing is held."""

    def _take(self, max_records: int) -> list[Record]:
        found: list[Record] = []
        for (topic, partition), offset in list(self._next.items()):
            records = self._log.topics[topic][partition]
            if offset > len(records):
                raise OffsetLost(topic, partition, offset)
            taken = records[offset : offset + max_records - len(found)]
            self._next[topic, partition] = offset + len(taken)
            if taken:  # the next poll begins with the others
                self._next[topic, partition] = self._next.pop((topic, partition))
            found += taken
        return found
