"""Where events are taken from: the journal, the log from its beginning, the four event stores."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from sqlalchemy import Engine, text

from shared.log.port import LogReader, LogUnavailable, OffsetLost, Record
from shared.mover.tail import is_ours
from shared.store.port import RawEvent

BATCH = 5_000
PATIENCE_S = 30.0
_FOREIGN = "không do dịch vụ này gửi / no event of this service's relay"
_JOURNAL = text(
    "SELECT position, meta, data, hash, key, event_id, stream_id, version, type FROM journal"
    " WHERE source = :source AND position > :after ORDER BY position LIMIT :limit"
)


class Piece(NamedTuple):
    """An event as a source has it, unchecked; `said` is what stands beside its bytes."""

    source: str
    position: int
    meta: bytes
    data: bytes
    digest: bytes
    place: str
    said: tuple[object, ...] = ()
    backwards: bool = False
    """It comes after one of a higher position in the same partition."""


class Fault(NamedTuple):
    """What is wrong with a source itself, where no event can be named for it."""

    kind: str
    source: str
    place: str
    detail: str


class Batch(NamedTuple):
    """Some pieces, how to go on after them, and how much there is to read in all."""

    pieces: list[Piece]
    token: str
    done: int
    total: int
    faults: tuple[Fault, ...] = ()


Feed = Callable[[str | None], Iterator[Batch]]
"""Gives everything after a token, in batches; None: from the beginning."""


class Store(Protocol):
    """What is needed of an event store: its raw feed."""

    def read_raw(self, after: int, limit: int) -> list[RawEvent]:
        """Give positioned events above `after`, in order."""

    def head(self) -> int:
        """Give the last position."""


class Readable(Protocol):
    """What is needed of a log: it is only read."""

    def reader(self, topics: Iterable[str], partitions: Iterable[int]) -> LogReader:
        """Read these partitions of each of these topics."""

    def ends(self, topic: str) -> dict[int, int]:
        """Give the offset after the last record, for every partition."""

    def close(self) -> None:
        """Let go of the log."""


def journal_feed(engine: Engine, sources: Mapping[str, str]) -> Feed:
    """Read reporting's own journal."""

    def read(source: str, after: int) -> list[Piece]:
        with engine.begin() as connection:
            rows = connection.execute(
                _JOURNAL, {"source": source, "after": after, "limit": BATCH}
            ).all()
        return [
            Piece(source, row[0], bytes(row[1]), bytes(row[2]), bytes(row[3]), "journal", row[4:])
            for row in rows
        ]

    def heads() -> dict[str, int]:
        with engine.begin() as connection:
            rows = connection.execute(text("SELECT source, max(position) FROM journal GROUP BY 1"))
            return {row[0]: int(row[1]) for row in rows}

    return lambda token: _by_position(tuple(sources), read, heads(), token)


def store_feed(stores: Mapping[str, Store]) -> Feed:
    """Read the event stores by their raw feeds."""

    def read(source: str, after: int) -> list[Piece]:
        return [
            Piece(source, each.position, each.meta, each.data, each.digest, f"store {source}")
            for each in stores[source].read_raw(after, BATCH)
        ]

    def heads() -> dict[str, int]:
        return {source: store.head() for source, store in stores.items()}

    return lambda token: _by_position(tuple(stores), read, heads(), token)


def _by_position(
    sources: tuple[str, ...],
    read: Callable[[str, int], list[Piece]],
    heads: Mapping[str, int],
    token: str | None,
) -> Iterator[Batch]:
    after: dict[str, int] = json.loads(token) if token else dict.fromkeys(sources, 0)
    total = sum(heads.values())
    for source in sources:
        while pieces := read(source, after[source]):
            after[source] = pieces[-1].position
            yield Batch(pieces, json.dumps(after), min(sum(after.values()), total), total)


@dataclass(slots=True)
class _Lane:
    """How far one partition is read, and the highest position seen in it."""

    offset: int = 0
    highest: int = 0


def log_feed(open_log: Callable[[], Readable], topics: Mapping[str, str], partitions: int) -> Feed:
    """Read the log from its first record."""

    def feed(token: str | None) -> Iterator[Batch]:
        log = open_log()
        try:
            yield from _of_log(log, topics, partitions, token)
        finally:
            log.close()

    return feed


def _of_log(
    log: Readable, topics: Mapping[str, str], partitions: int, token: str | None
) -> Iterator[Batch]:
    kept: dict[str, list[int]] = json.loads(token) if token else {}
    for source, topic in topics.items():
        ends = log.ends(topic)
        lanes = {
            number: _Lane(*kept.get(f"{topic}/{number}", (0, 0))) for number in range(partitions)
        }
        for number, lane in lanes.items():
            end = ends.get(number, 0)
            for pieces, faults in _of_lane(log, source, topic, number, lane, end):
                kept[f"{topic}/{number}"] = [lane.offset, lane.highest]
                done, total = sum(each[0] for each in kept.values()), sum(ends.values())
                yield Batch(pieces, json.dumps(kept), done, max(done, total), faults)


def _of_lane(
    log: Readable, source: str, topic: str, number: int, lane: _Lane, end: int
) -> Iterator[tuple[list[Piece], tuple[Fault, ...]]]:
    if lane.offset >= end:
        return
    reader = log.reader([topic], [number])
    try:
        reader.seek(topic, number, lane.offset)
        while lane.offset < end:
            polled = reader.poll(PATIENCE_S, BATCH)
            if not polled:
                raise LogUnavailable(f"{topic}/{number}: the records up to {end} did not come")
            records = [each for each in polled if each.offset < end]
            yield _pieces(source, lane, records)
            if len(records) < len(polled):
                break
    except OffsetLost as lost:
        lane.offset = end
        place = f"{topic}/{number}"
        yield [], (Fault("truncated", source, place, f"offset {lost.offset} đã mất / is gone"),)
    finally:
        reader.close()


def _pieces(
    source: str, lane: _Lane, records: list[Record]
) -> tuple[list[Piece], tuple[Fault, ...]]:
    pieces, faults = [], []
    for record in records:
        place = f"{record.topic}/{record.partition} offset {record.offset}"
        lane.offset = record.offset + 1
        if not is_ours(record, source):
            faults.append(Fault("foreign", source, place, _FOREIGN))
            continue
        back = record.position < lane.highest
        lane.highest = max(lane.highest, record.position)
        piece = Piece(source, record.position, record.meta, record.data, record.digest, place)
        pieces.append(piece._replace(backwards=back))
    return pieces, tuple(faults)
