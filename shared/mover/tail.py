"""Reading the ends of a topic, leaving out what others than the service's relays wrote there."""

from collections.abc import Callable, Iterator, Mapping

import msgspec

from shared.codec import decode_meta
from shared.log.headers import problem_of
from shared.log.port import Log, LogReader, LogUnavailable, Record

WINDOW = 1_000
"""How many records of a partition are read at a time.

A relay that was stopped may repeat a batch at the end; this is no less than a batch, so the
furthest record is in the last window.
"""

_PATIENCE_S = 30.0


def windows_back(
    log: Log, topic: str, partitions: int, source: str, enough: Callable[[int, list[Record]], bool]
) -> Iterator[Record]:
    """Read partitions from their ends backwards, a window at a time, giving `source`'s records.

    `enough(partition, records of the window)` ends a partition; so does its beginning.
    """
    reader = log.reader([topic], range(partitions))
    try:
        starts = {number: log.ends(topic).get(number, 0) for number in range(partitions)}
        while starts := {number: end for number, end in starts.items() if end > 0}:
            ranges = {number: (max(0, end - WINDOW), end) for number, end in starts.items()}
            found: dict[int, list[Record]] = {number: [] for number in starts}
            for record in _between(reader, topic, partitions, ranges):
                if is_ours(record, source):
                    found[record.partition].append(record)
                    yield record
            for number, (start, _) in ranges.items():
                starts[number] = 0 if enough(number, found[number]) else start
    finally:
        reader.close()


def is_ours(record: Record, source: str) -> bool:
    """Say whether a record is one that a relay of `source` published."""
    if record.source != source:
        return False
    try:
        return problem_of(record, decode_meta(record.meta)) is None
    except msgspec.MsgspecError:
        return False


def _between(
    reader: LogReader, topic: str, partitions: int, ranges: Mapping[int, tuple[int, int]]
) -> Iterator[Record]:
    """Read each partition from its first offset up to, not including, its second."""
    following = {number: start for number, (start, _) in ranges.items()}
    for number in range(partitions):
        reader.seek(topic, number, following.get(number, 0))
    while any(following[number] < end for number, (_, end) in ranges.items()):
        polled = reader.poll(_PATIENCE_S, 5_000)
        if not polled:
            raise LogUnavailable(f"{topic}: the records up to {ranges} did not come")
        for record in polled:
            if record.partition in ranges and record.offset < ranges[record.partition][1]:
                following[record.partition] = record.offset + 1
                yield record
