"""Putting a restored store or a lost topic right again, from what the other still holds (G13)."""

from collections.abc import Sequence
from dataclasses import dataclass

import psycopg
from sqlalchemy import Engine

from shared.codec import decode_meta, follows
from shared.log.port import Log, Record
from shared.mover.agreement import Disagreement, ends_of
from shared.mover.tail import windows_back
from shared.store.mark import mark_of
from shared.store.postgres import PostgresStore

_KNOWN = "SELECT seq, hash FROM events WHERE event_id = %s"
_PREVIOUS = "SELECT hash FROM events WHERE stream_id = %s AND version = %s"
_OTHER = "SELECT event_id FROM events WHERE stream_id = %s AND version = %s"
_AT = "SELECT hash FROM positions JOIN events USING (seq) WHERE position = %s"
_INSERT = """
    INSERT INTO events (stream_id, version, key, event_id, command_id, type, schema_version,
        occurred_on, recorded_at, meta, data, hash, command_key, fingerprint, content)
    VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s) RETURNING seq
"""
_MADE = "INSERT INTO made_ids (id, event_id) SELECT unnest(%s::uuid[]), %s ON CONFLICT DO NOTHING"
_PLACE = """
    INSERT INTO positions (position, seq, positioned_at)
    SELECT %s, %s, greatest(now(), (SELECT max(positioned_at) FROM positions))
"""
_REWIND = "UPDATE relay_cursor SET position = least(position, %s) WHERE topic = %s"
_REREAD = "UPDATE consumed SET next_offset = 0 WHERE topic = %s AND partition = ANY(%s)"


class CannotRecover(Disagreement):
    """Neither side can be put right from the other without losing something; names what."""


@dataclass(frozen=True, slots=True)
class Recovery:
    """What was done for one topic."""

    reimported: tuple[int, ...] = ()
    """The positions that the store got back from the log."""
    republished_after: int | None = None
    """The position after which the mover publishes again, if the log had lost events."""


def recover(
    store: PostgresStore, log: Log, topic: str, partitions: int, readers: Sequence[Engine]
) -> Recovery:
    """Give the store what only the log holds, and have the log given again what it lost.

    `readers` are the databases that consume the topic. May be run again; CannotRecover where
    store and log hold different events for the same place.
    """
    records = _beyond(store, log, topic, partitions)
    if records:
        _reimport(store, records)
    lost = ends_of(store, log, topic, partitions)
    numbers = lost.lost()
    if not numbers:
        return Recovery(tuple(records))
    ends = [last.position if (last := lost.last[number]) else 0 for number in numbers]
    for reader in readers:
        # offsets of the topic that is gone mean nothing; what was had is known by its position
        with reader.begin() as connection:
            connection.exec_driver_sql(_REREAD, (topic, numbers))
    with store.plain_cursor() as cursor:
        cursor.execute(_REWIND, (min(ends), topic))
    return Recovery(tuple(records), min(ends))


def _beyond(store: PostgresStore, log: Log, topic: str, partitions: int) -> dict[int, Record]:
    """Give the log's events above the store's head, by position, without a gap."""
    head = store.head()
    found: dict[int, Record] = {}

    def enough(_: int, window: list[Record]) -> bool:
        return bool(window) and all(each.position <= head for each in window)

    with store.plain_cursor() as cursor:
        for record in windows_back(log, topic, partitions, store.source, enough):
            other = found.setdefault(record.position, record)
            if other.digest != record.digest:
                raise CannotRecover(f"{topic}: two events at position {record.position}")
            if record.position <= head:
                row = cursor.execute(_AT, (record.position,)).fetchone()
                if row is None or row[0] != record.digest:
                    raise CannotRecover(_forked(topic, record))
    beyond = {position: found[position] for position in sorted(found) if position > head}
    for expected, position in enumerate(beyond, head + 1):
        if position != expected:
            raise CannotRecover(
                f"{topic}: nhật ký thiếu vị trí {expected} / the log lacks position {expected}, "
                f"which the store needs before {position}; restore a later backup"
            )
    return beyond


def _reimport(store: PostgresStore, records: dict[int, Record]) -> None:
    """Put events and their positions back, all or none, as they were."""
    with store.transaction() as work:
        cursor = work.cursor
        for position, record in records.items():
            known = cursor.execute(_KNOWN, (decode_meta(record.meta).event_id,)).fetchone()
            if known is not None and known[1] != record.digest:
                raise CannotRecover(_forked(record.topic, record))
            seq = known[0] if known else _insert(cursor, record)
            cursor.execute(_PLACE, (position, seq))


def _insert(cursor: psycopg.Cursor, record: Record) -> int:
    meta = decode_meta(record.meta)
    row = cursor.execute(_PREVIOUS, (meta.stream_id, meta.version - 1)).fetchone()
    if not follows(row[0] if row else None, meta.version, record.meta, record.data, record.digest):
        raise CannotRecover(
            f"{record.topic} position {record.position} (event {meta.event_id}): không nối tiếp "
            f"chuỗi / does not follow version {meta.version - 1} of {meta.stream_id}"
        )
    if other := cursor.execute(_OTHER, (meta.stream_id, meta.version)).fetchone():
        raise CannotRecover(
            f"{meta.stream_id} version {meta.version}: kho có sự kiện khác / the store holds "
            f"event {other[0]}, recorded after the restore, the log {meta.event_id}"
        )
    mark = mark_of(meta.event_id, record.headers)
    row = cursor.execute(
        _INSERT,
        (
            meta.stream_id,
            meta.version,
            meta.key,
            meta.event_id,
            mark.command_id,
            meta.type,
            meta.schema_version,
            meta.occurred_on,
            meta.recorded_at,
            record.meta,
            record.data,
            record.digest,
            mark.key,
            mark.fingerprint,
            mark.content,
        ),
    ).fetchone()
    cursor.execute(_MADE, (list(mark.made), meta.event_id))
    return int(row[0]) if row else 0


def _forked(topic: str, record: Record) -> str:
    return (
        f"{topic} position {record.position}: kho và nhật ký có hai sự kiện khác nhau / store and "
        f"log hold different events; the log's is {decode_meta(record.meta).event_id}"
    )
