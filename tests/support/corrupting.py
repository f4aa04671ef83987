"""What somebody with all rights on a source of history may do to it."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import msgspec
from sqlalchemy import Engine, text

from shared.codec import chain
from shared.log.partition import partition_of
from shared.log.port import Record
from shared.recorded import Recorded
from tests.support.facts import uid
from tests.support.projecting import PARTITIONS, topics
from tests.support.replays import Replays

Corrupt = Callable[[Replays, Recorded], None]


def in_log(replays: Replays, event: Recorded, change: Callable[[list[Record], int], None]) -> None:
    """Change the partition of an event as somebody might who can write to the broker's disk."""
    partitions = replays.log.topics[topics()[event.meta.source]]
    records = partitions[partition_of(event.meta.key, PARTITIONS)]
    change(records, next(n for n, each in enumerate(records) if each.position == event.position))
    for offset, record in enumerate(records):
        records[offset] = msgspec.structs.replace(record, offset=offset)


def log_altered(replays: Replays, event: Recorded) -> None:
    def change(records: list[Record], at: int) -> None:
        records[at] = msgspec.structs.replace(records[at], data=forged(event))

    in_log(replays, event, change)


def log_removed(replays: Replays, event: Recorded) -> None:
    in_log(replays, event, lambda records, at: records.__delitem__(at))


def log_reordered(replays: Replays, event: Recorded) -> None:
    def change(records: list[Record], at: int) -> None:
        records[at + 1], records[at] = records[at], records[at + 1]

    in_log(replays, event, change)


def log_duplicated(replays: Replays, event: Recorded) -> None:
    in_log(replays, event, lambda records, at: records.append(records[at]))


def log_truncated(replays: Replays, event: Recorded) -> None:
    def change(records: list[Record], at: int) -> None:
        del records[at:]

    in_log(replays, event, change)


def forged(event: Recorded) -> bytes:
    """The same event with other money in it."""
    found = event.data.replace(b"50000000", b"50000001")
    assert found != event.data
    return found


def in_store(replays: Replays, event: Recorded, *statements: str) -> None:
    run(replays.stores[event.meta.source].engine, event, statements)


def in_journal(replays: Replays, event: Recorded, *statements: str) -> None:
    run(replays.engine, event, statements)


def run(engine: Engine, event: Recorded, statements: Iterable[str]) -> None:
    bound = {
        "id": event.meta.event_id,
        "source": event.meta.source,
        "at": event.position,
        "before": (event.position or 0) - 1,
        "data": forged(event),
        "new": uid("a copy"),
    }
    with engine.begin() as connection:
        for statement in statements:
            connection.execute(text(statement), bound)


SEQ = "(SELECT seq FROM events WHERE event_id = :id)"
HERE = "source = :source AND position"
CORRUPTIONS: dict[tuple[str, str], Corrupt] = {
    ("kafka", "altered"): log_altered,
    ("kafka", "removed"): log_removed,
    ("kafka", "reordered"): log_reordered,
    ("kafka", "duplicated"): log_duplicated,
    ("kafka", "truncated"): log_truncated,
    ("stores", "altered"): lambda replays, event: in_store(
        replays, event, "UPDATE events SET data = :data WHERE event_id = :id"
    ),
    ("stores", "removed"): lambda replays, event: in_store(
        replays,
        event,
        f"DELETE FROM positions WHERE seq = {SEQ}",
        "DELETE FROM events WHERE event_id = :id",
    ),
    ("stores", "reordered"): lambda replays, event: in_store(
        replays,
        event,
        "UPDATE positions SET position = 1000 WHERE position = :at",
        "UPDATE positions SET position = :at WHERE position = :before",
        "UPDATE positions SET position = :before WHERE position = 1000",
    ),
    ("stores", "duplicated"): lambda replays, event: in_store(
        replays,
        event,
        "INSERT INTO events (stream_id, version, key, event_id, command_id, type, schema_version,"
        " occurred_on, recorded_at, meta, data, hash) SELECT 'copy', version, key, :new,"
        " command_id, type, schema_version, occurred_on, recorded_at, meta, data, hash"
        " FROM events WHERE event_id = :id",
        "INSERT INTO positions SELECT max(position) + 1, (SELECT max(seq) FROM events), now()"
        " FROM positions",
    ),
    ("stores", "truncated"): lambda replays, event: in_store(
        replays, event, "DELETE FROM positions WHERE position >= :at"
    ),
    ("journal", "altered"): lambda replays, event: in_journal(
        replays, event, "UPDATE journal SET data = :data WHERE event_id = :id"
    ),
    ("journal", "removed"): lambda replays, event: in_journal(
        replays, event, "DELETE FROM journal WHERE event_id = :id"
    ),
    ("journal", "reordered"): lambda replays, event: in_journal(
        replays,
        event,
        f"UPDATE journal SET position = 1000 WHERE {HERE} = :at",
        f"UPDATE journal SET position = :at WHERE {HERE} = :before",
        f"UPDATE journal SET position = :before WHERE {HERE} = 1000",
    ),
    ("journal", "duplicated"): lambda replays, event: in_journal(
        replays,
        event,
        "INSERT INTO journal SELECT source, 1000, key, :new, 'copy', version, type, occurred_on,"
        " recorded_at, meta, data, hash FROM journal WHERE event_id = :id",
    ),
    ("journal", "truncated"): lambda replays, event: in_journal(
        replays, event, f"DELETE FROM journal WHERE {HERE} >= :at"
    ),
}
"""What somebody with all rights on a source may do to it."""


def everywhere_truncated(replays: Replays, event: Recorded) -> None:
    """Cut off an event and what follows in the journal, the stores and the log alike."""
    for source in ("kafka", "stores", "journal"):
        CORRUPTIONS[source, "truncated"](replays, event)


def everywhere_rewritten(replays: Replays, event: Recorded, previous: bytes) -> None:
    """Put other money into the last event of a stream, and hash it anew, in all three sources."""
    data = event.data.replace(b"20000000", b"20000001")
    assert data != event.data
    bound = {
        "id": event.meta.event_id,
        "data": data,
        "hash": chain(previous, event.meta_bytes, data),
    }

    def change(records: list[Record], at: int) -> None:
        records[at] = msgspec.structs.replace(records[at], data=data, digest=bound["hash"])

    in_log(replays, event, change)
    for engine, table in (
        (replays.engine, "journal"),
        (replays.stores[event.meta.source].engine, "events"),
    ):
        with engine.begin() as connection:
            statement = f"UPDATE {table} SET data = :data, hash = :hash WHERE event_id = :id"
            connection.execute(text(statement), bound)
