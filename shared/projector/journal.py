"""What has been read, by source and position: the material that views are folded from."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any
from uuid import UUID

import psycopg
from sqlalchemy import Connection, text

from shared.codec import Registry
from shared.projector.driver import driver
from shared.projector.failures import ForkedHistory
from shared.recorded import Recorded

Registries = Mapping[str, Registry]

# not COPY: a reader that is stopped in the middle of one keeps its locks for ever, since the
# server heeds none of its time limits while it waits for the rest of the rows
_APPEND = """
    INSERT INTO journal (source, position, key, event_id, stream_id, version, type, occurred_on,
        recorded_at, meta, data, hash)
    SELECT * FROM unnest(%b::text[], %b::bigint[], %b::uuid[], %b::uuid[], %b::text[],
        %b::bigint[], %b::text[], %b::date[], %b::timestamptz[], %b::bytea[], %b::bytea[],
        %b::bytea[])
"""
_COLUMNS = "key, source, position, meta, data, hash"
_OF_KEYS = text(
    f"SELECT {_COLUMNS} FROM journal WHERE key = ANY(:keys) ORDER BY key, source, position"
)
_ALL = f"SELECT {_COLUMNS} FROM journal ORDER BY key, source, position"
_IDS = text(
    "SELECT position, event_id FROM journal WHERE source = :source AND position = ANY(:positions)"
)
_LINKS = text(
    "SELECT j.stream_id, j.version, j.hash FROM journal j"
    " JOIN unnest(CAST(:streams AS text[]), CAST(:versions AS bigint[])) AS w(stream_id, version)"
    " ON j.stream_id = w.stream_id AND j.version = w.version WHERE j.source = :source"
)
_READ_AT_ONCE = 2_000


def append(connection: Connection, recorded: Sequence[Recorded]) -> None:
    """Write down new events; ForkedHistory where a place is taken by another one."""
    if not recorded:
        return
    rows = [
        (
            *(meta.source, event.position, meta.key, meta.event_id, meta.stream_id, meta.version),
            *(meta.type, meta.occurred_on, meta.recorded_at),
            *(event.meta_bytes, event.data, event.digest),
        )
        for event in recorded
        if (meta := event.meta)
    ]
    try:
        driver(connection).execute(_APPEND, [list(column) for column in zip(*rows, strict=True)])
    except psycopg.errors.UniqueViolation as problem:
        raise ForkedHistory(problem.diag.message_detail or str(problem)) from problem


def read_journal(connection: Connection, key: UUID, registries: Registries) -> list[Recorded]:
    """Give every event of a key, by source and position, corrections not applied."""
    return read_journals(connection, [key], registries).get(key, [])


def read_journals(
    connection: Connection, keys: Collection[UUID], registries: Registries
) -> dict[UUID, list[Recorded]]:
    """Give every event of each of these keys that has any; each as `read_journal` does."""
    rows = connection.execute(_OF_KEYS, {"keys": list(keys)})
    return {
        key: [_recorded(row, registries) for row in of_key]
        for key, of_key in groupby(rows, lambda row: row[0])
    }


def scan_journal(
    connection: Connection, registries: Registries
) -> Iterator[tuple[UUID, list[Recorded]]]:
    """Give every key with its events, as one moment had them, in little memory."""
    with driver(connection).cursor(name="journal_scan") as cursor:
        cursor.itersize = _READ_AT_ONCE
        cursor.execute(_ALL)
        for key, rows in groupby(cursor, lambda row: row[0]):
            yield key, [_recorded(row, registries) for row in rows]


def event_ids(connection: Connection, source: str, positions: Collection[int]) -> dict[int, UUID]:
    """Give the ids of the events in these places that are known."""
    rows = connection.execute(_IDS, {"source": source, "positions": list(positions)})
    return {row[0]: row[1] for row in rows}


def digests(
    connection: Connection, source: str, wanted: Collection[tuple[str, int]]
) -> dict[tuple[str, int], bytes]:
    """Give the hashes of these versions of these streams, where they are known."""
    streams, versions = [stream for stream, _ in wanted], [version for _, version in wanted]
    parameters = {"source": source, "streams": streams, "versions": versions}
    return {(row[0], row[1]): row[2] for row in connection.execute(_LINKS, parameters)}


def _recorded(row: Sequence[Any], registries: Registries) -> Recorded:
    return registries[row[1]].read(row[3], row[4], row[5], row[2])
