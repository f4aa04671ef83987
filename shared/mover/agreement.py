"""Whether a topic and its store still tell the same story (guarantee G13)."""

from collections.abc import Sequence
from dataclasses import dataclass

from shared.codec import decode_meta
from shared.log.port import Log, Record
from shared.mover.tail import windows_back
from shared.store.postgres import PostgresStore

_CURSOR = "SELECT partition, position FROM relay_cursor WHERE topic = %s"
_HASHES = """
    SELECT position, hash FROM positions JOIN events USING (seq) WHERE position = ANY(%s)
"""


class Disagreement(Exception):  # noqa: N818 - said to people, with the remedy
    """The store and the log do not fit; nothing is placed or published until they do."""


class StoreBehindLog(Disagreement):
    """The log holds events that the store does not have: it was restored from a backup."""


class LogBehindCursor(Disagreement):
    """The log lacks events that it had acknowledged: the topic was lost."""


@dataclass(frozen=True, slots=True)
class Ends:
    """The furthest record of ours in each partition, and what the cursor says was acknowledged."""

    last: dict[int, Record | None]
    acknowledged: dict[int, int]

    def lost(self) -> list[int]:
        """Give the partitions that lack acknowledged records."""
        return [
            number
            for number, last in self.last.items()
            if self.acknowledged.get(number, 0) > (last.position if last else 0)
        ]

    def records(self) -> list[Record]:
        """Give the furthest records there are."""
        return [last for last in self.last.values() if last is not None]


def ends_of(store: PostgresStore, log: Log, topic: str, partitions: int) -> Ends:
    """Look at the end of every partition, and at the cursor."""
    with store.plain_cursor() as cursor:
        cursor.execute(_CURSOR, (topic,))
        acknowledged = {int(number): int(position) for number, position in cursor}
    last: dict[int, Record | None] = dict.fromkeys(range(partitions))

    def enough(number: int, window: list[Record]) -> bool:
        furthest = max((each.position for each in window), default=0)
        return furthest > 0 and furthest >= acknowledged.get(number, 0)

    for record in windows_back(log, topic, partitions, store.source, enough):
        before = last[record.partition]
        if before is None or before.position < record.position:
            last[record.partition] = record
    return Ends(last, acknowledged)


def check(store: PostgresStore, log: Log, topic: str, partitions: int) -> None:
    """Raise StoreBehindLog or LogBehindCursor, naming the events, if the two do not fit."""
    ends = ends_of(store, log, topic, partitions)
    unknown = unknown_to(store, ends.records())
    if unknown:
        raise StoreBehindLog(
            f"{topic}: nhật ký có sự kiện mà kho không có; chạy `giamngheo recover` / the log "
            f"holds events that the store (up to position {store.head()}) does not; run "
            f"`giamngheo recover`: {_named(unknown)}"
        )
    lost = ends.lost()
    if lost:
        missing = ", ".join(
            f"{topic}/{number} after position "
            f"{getattr(ends.last[number], 'position', 0)} up to {ends.acknowledged[number]}"
            for number in lost
        )
        raise LogBehindCursor(
            f"{topic}: nhật ký mất sự kiện đã nhận; chạy `giamngheo recover` / the log lost "
            f"events that it had acknowledged; run `giamngheo recover`: {missing}"
        )


def unknown_to(store: PostgresStore, records: Sequence[Record]) -> list[Record]:
    """Give the records whose position holds no event, or another one, in the store."""
    with store.plain_cursor() as cursor:
        cursor.execute(_HASHES, ([each.position for each in records],))
        known = {int(position): bytes(digest) for position, digest in cursor}
    return [each for each in records if known.get(each.position) != each.digest]


def _named(records: Sequence[Record]) -> str:
    return ", ".join(
        f"position {each.position} = event {decode_meta(each.meta).event_id}" for each in records
    )
