"""Reading what a topic holds of one service's events, leaving out what others wrote there."""

from collections.abc import Iterator

import msgspec

from shared.codec import decode_meta
from shared.log.headers import problem_of
from shared.log.port import Log, LogReader, LogUnavailable, Record

_STEP = 100
"""How many records are read backwards at a time to find the last one that is ours."""

_PATIENCE_S = 30.0


def is_ours(record: Record, source: str) -> bool:
    """Say whether a record is one that a relay of `source` published."""
    if record.source != source:
        return False
    try:
        return problem_of(record, decode_meta(record.meta)) is None
    except msgspec.MsgspecError:
        return False


def last_of_ours(log: Log, topic: str, partition: int, source: str) -> Record | None:
    """Give the last record of a partition that a relay of `source` published."""
    last = log.last(topic, partition)
    if last is None or is_ours(last, source):
        return last
    reader = log.reader([topic], [partition])
    try:
        end = last.offset + 1
        while end > 0:
            start = max(0, end - _STEP)
            read = records_between(reader, topic, partition, start, end)
            if ours := [each for each in read if is_ours(each, source)]:
                return ours[-1]
            end = start
        return None
    finally:
        reader.close()


def records_between(
    reader: LogReader, topic: str, partition: int, start: int, end: int
) -> Iterator[Record]:
    """Read the records of a partition from offset `start` up to, not including, `end`."""
    reader.seek(topic, partition, start)
    following = start
    while following < end:
        polled = reader.poll(_PATIENCE_S, 5_000)
        if not polled:
            raise LogUnavailable(f"{topic}/{partition}: offset {following} did not come")
        for record in polled:
            if record.offset < end:
                yield record
            following = record.offset + 1
