"""The log: topics of records kept for ever, in order within a partition, whoever carries them."""

from collections.abc import Iterable, Sequence
from typing import Protocol
from uuid import UUID

import msgspec


class LogError(Exception):
    """The log did not do what was asked of it."""


class PublishFailed(LogError):  # noqa: N818 - said of a batch, in the port's words
    """Some of a batch may not be on the log: reopen, and publish again from what is known."""


class LogUnavailable(LogError):  # noqa: N818 - a state, not a mistake
    """The log cannot be reached for the moment; trying again is right."""


class OffsetLost(LogError):  # noqa: N818 - the field's word
    """The log no longer holds the offset asked for: it was emptied or replaced.

    Reading on from elsewhere would hide it; `giamngheo recover` puts the log back first.
    """

    def __init__(self, topic: str, partition: int, offset: int) -> None:
        super().__init__(
            f"{topic}/{partition}: nhật ký không còn vị trí {offset}; chạy `giamngheo recover` / "
            f"the log no longer holds offset {offset}; run `giamngheo recover`"
        )
        self.topic, self.partition, self.offset = topic, partition, offset


class WrongTopic(LogError):  # noqa: N818 - said to people as one sentence
    """A topic is missing, or has another number of partitions than the settings say."""


class Outgoing(msgspec.Struct, frozen=True, kw_only=True):
    """An event as its relay hands it over: where it goes, its place, its bytes."""

    topic: str
    key: UUID
    position: int
    meta: bytes
    data: bytes
    digest: bytes
    mark: bytes = b""
    """What `shared.store.mark` says of its command, carried along unread."""
    key_text: str = ""
    """What stands as the record's key where that is no id; `key` is then the one made of it."""

    @property
    def key_bytes(self) -> bytes:
        """The record's key as it travels."""
        return (self.key_text or str(self.key)).encode()


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """A record as it came, unchecked: of one that is not ours `position` is 0 and bytes are empty.

    `key` orders it even then: keys that are not ids are given one of their own.
    """

    topic: str
    partition: int
    offset: int
    key: UUID
    position: int
    source: str
    meta: bytes
    data: bytes
    digest: bytes
    headers: tuple[tuple[str, bytes], ...]


class LogReader(Protocol):
    """Reads some partitions of some topics, from where it is told; belongs to one thread."""

    def seek(self, topic: str, partition: int, offset: int) -> None:
        """Read on from this offset; a partition never sought starts at its first record."""

    def poll(self, timeout_s: float, max_records: int) -> list[Record]:
        """Give the next records, ascending in each partition; none when the time is over.

        OffsetLost where the log does not hold what was sought, LogUnavailable in an outage.
        """

    def wake(self) -> None:
        """Make a poll that is waiting, or the next one, return at once; from any thread."""

    def close(self) -> None:
        """Let go of the log."""


class Log(Protocol):
    """One connection to the log; belongs to one thread."""

    def publish(self, batch: Sequence[Outgoing]) -> None:
        """Return when every record is kept, in this order within each partition.

        PublishFailed if that is not known; of each partition then a beginning may be there.
        """

    def reopen(self) -> None:
        """Forget what is under way and be ready to publish again."""

    def reader(self, topics: Iterable[str], partitions: Iterable[int]) -> LogReader:
        """Read these partitions of each of these topics."""

    def last(self, topic: str, partition: int) -> Record | None:
        """Give the last record of a partition, if there is one."""

    def ends(self, topic: str) -> dict[int, int]:
        """Give the offset after the last record, for every partition."""

    def ensure_topics(self, names: Iterable[str], partitions: int) -> None:
        """Make the topics that are missing; WrongTopic where one has another partition count."""

    def close(self) -> None:
        """Let go of the log."""


def check_count(name: str, found: int, wanted: int) -> None:
    """Refuse a topic with another number of partitions: every key's order depends on it."""
    if found != wanted:
        raise WrongTopic(
            f"{name}: có {found} phân vùng, cần {wanted}; đặt PARTITIONS={found} / "
            f"has {found} partitions, {wanted} wanted; set PARTITIONS={found}"
        )
