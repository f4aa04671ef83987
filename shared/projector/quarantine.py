"""Records that wait: a key's first doubtful one and all that came after it, in order."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Connection, text

from shared.log.headers import record_of
from shared.log.port import Record
from shared.pg_binary import array, ask, of_uuid
from shared.projector.driver import driver

LONGEST_REASON = 2_000
HeaderPairs = tuple[tuple[str, bytes], ...]


@dataclass(frozen=True, slots=True)
class InTheWay:
    """Where the record is that all others of a key wait behind."""

    topic: str
    partition: int
    offset: int
    position: int
    """The place that it says its store gave it; 0 if it does not come from a store of ours."""


@dataclass(frozen=True, slots=True)
class HeldKey:
    """A key that waits: since when, why, behind which record, and how many of them."""

    key: UUID
    reason: str
    held_at: datetime
    records: int
    first: InTheWay | None


@dataclass(frozen=True, slots=True)
class HeldRecord:
    """A record that waits, with its place in the order of waiting."""

    seq: int
    record: Record


_LOCK = "SELECT key FROM held_keys WHERE key = ANY(%b::uuid[]) ORDER BY key FOR UPDATE"
_HOLD_KEY = text(
    "INSERT INTO held_keys (key, reason, held_at) VALUES (:key, :reason, now())"
    " ON CONFLICT (key) DO NOTHING"
)
_HOLD = text(
    "INSERT INTO held (key, topic, partition, record_offset, source, position, data, headers)"
    " VALUES (:key, :topic, :partition, :offset, :source, :position, :data, :headers)"
)
_HELD_KEYS = (
    "SELECT k.key, k.reason, k.held_at,"
    " (SELECT count(*) FROM held h WHERE h.key = k.key AND h.set_aside IS NULL),"
    " f.topic, f.partition, f.record_offset, f.position FROM held_keys k"
    " LEFT JOIN LATERAL (SELECT * FROM held h WHERE h.key = k.key AND h.set_aside IS NULL"
    " ORDER BY seq LIMIT 1) f ON true{} ORDER BY k.held_at, k.key"
)
_KEYS = text(_HELD_KEYS.format(""))
_AMONG = text(_HELD_KEYS.format(" WHERE k.key = ANY(:keys)"))
_RECORDS = text(
    "SELECT seq, topic, partition, record_offset, key, data, headers FROM held"
    " WHERE key = :key AND set_aside IS NULL ORDER BY seq"
)
_POSITIONS = text(
    "SELECT position, key FROM held WHERE source = :source AND position = ANY(:positions)"
)
_MEND = text(
    "UPDATE held SET data = :data, headers = :headers"
    " WHERE source = :source AND position = :position AND key = :key"
)
_FORGET = text("DELETE FROM held WHERE seq = ANY(:seqs)")
_FREE_KEY = text(
    "DELETE FROM held_keys k WHERE key = :key AND NOT EXISTS"
    " (SELECT FROM held h WHERE h.key = k.key AND h.set_aside IS NULL)"
)
_SAY_WHY = text("UPDATE held_keys SET reason = :reason WHERE key = :key")
_FIRST = text("SELECT seq FROM held WHERE key = :key AND set_aside IS NULL ORDER BY seq LIMIT 1")
_SET_ASIDE = text(
    "UPDATE held SET set_aside = :why WHERE seq = :seq AND position = 0 AND set_aside IS NULL"
)


def lock_held(connection: Connection, keys: Collection[UUID]) -> set[UUID]:
    """Give those of the keys that wait, and keep them so until the transaction ends."""
    packed = array("uuid", [of_uuid(key) for key in keys])
    return {row[0] for row in ask(driver(connection), _LOCK, packed)}


def hold(
    connection: Connection,
    key: UUID,
    records: Iterable[Record],
    reason: str,
    sources: Mapping[str, str],
) -> None:
    """Let a key wait from these records on; the reason stays that of its first."""
    connection.execute(_HOLD_KEY, {"key": key, "reason": _said(reason)})
    connection.execute(_HOLD, [_row(sources[record.topic], record) for record in records])


def held_keys(connection: Connection) -> list[HeldKey]:
    """Give every key that waits, the longest first."""
    return [_held_key(row) for row in connection.execute(_KEYS)]


def held_among(connection: Connection, keys: Collection[UUID]) -> list[HeldKey]:
    """Give those of these keys that wait, the longest first."""
    return [_held_key(row) for row in connection.execute(_AMONG, {"keys": list(keys)})]


def held_records(connection: Connection, key: UUID) -> list[HeldRecord]:
    """Give what waits of a key, in order."""
    return [
        HeldRecord(
            row[0],
            record_of(
                *(row[1], row[2], row[3], str(row[4]).encode(), row[5]),
                headers=msgspec.json.decode(row[6], type=HeaderPairs),
            ),
        )
        for row in connection.execute(_RECORDS, {"key": key})
    ]


def held_positions(
    connection: Connection, source: str, positions: Collection[int]
) -> set[tuple[int, UUID]]:
    """Give those of the positions of a source whose records wait, and of which key each says it is.

    What waits may say so falsely: the event that stands there in truth is another key's.
    """
    rows = connection.execute(_POSITIONS, {"source": source, "positions": list(positions)})
    return {(row[0], row[1]) for row in rows}


def mend(connection: Connection, source: str, record: Record) -> None:
    """Put a good copy, published anew, in the place of a record that waits."""
    connection.execute(_MEND, _row(source, record))


def set_aside(connection: Connection, seq: int, why: str) -> bool:
    """Pass over a record that no store of ours has placed; it stays here, with the reason.

    An event with a position is never passed over: False, and nothing has changed.
    """
    return connection.execute(_SET_ASIDE, {"seq": seq, "why": why}).rowcount == 1


def set_aside_first(connection: Connection, key: UUID, why: str) -> bool:
    """Pass over the record that all others of a key wait behind; False as `set_aside` does."""
    if not lock_held(connection, [key]):
        return False
    seq = connection.execute(_FIRST, {"key": key}).scalar()
    return seq is not None and set_aside(connection, seq, _said(why))


def release(
    connection: Connection, key: UUID, attempt: Callable[[Sequence[Record]], str | None]
) -> int:
    """Try what waits of a key again, in order; give how many records wait no longer.

    `attempt` takes some records, says why they must go on waiting or None, and leaves the
    connection usable. All are tried at once, then one by one up to the first that fails.
    """
    if not lock_held(connection, [key]):
        return 0
    # a new statement: it sees what a consumer added before this one got the lock
    waiting = held_records(connection, key)
    reason = attempt([held.record for held in waiting]) if waiting else None
    done = list(waiting)
    if reason is not None:
        done = []
        for held in waiting:
            reason = attempt([held.record])
            if reason is not None:
                connection.execute(_SAY_WHY, {"key": key, "reason": _said(reason)})
                break
            done.append(held)
    connection.execute(_FORGET, {"seqs": [held.seq for held in done]})
    connection.execute(_FREE_KEY, {"key": key})
    return len(done)


def _held_key(row: Sequence[Any]) -> HeldKey:
    key, reason, held_at, records, *first = row
    return HeldKey(key, reason, held_at, records, InTheWay(*first) if first[0] else None)


def _said(reason: str) -> str:
    return reason.replace("\x00", "\N{REPLACEMENT CHARACTER}")[:LONGEST_REASON]


def _row(source: str, record: Record) -> dict[str, object]:
    return {
        "key": record.key,
        "topic": record.topic,
        "partition": record.partition,
        "offset": record.offset,
        "source": source,
        "position": record.position,
        "data": record.data,
        "headers": msgspec.json.encode(record.headers),
    }
