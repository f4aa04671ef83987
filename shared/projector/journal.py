"""What has been read, by source and position: the material that views are folded from."""

from collections.abc import Collection, Generator, Iterable, Iterator, Sequence
from itertools import groupby
from typing import Any, NamedTuple
from uuid import UUID

import psycopg
from sqlalchemy import Connection, text

from shared.codec import Registries
from shared.pg_binary import (
    NULL,
    Field,
    array,
    arrays,
    ask,
    casts,
    cursor_of,
    of_bytes,
    of_date,
    of_instant,
    of_int8,
    of_text,
    of_uuid,
    of_word,
)
from shared.projector.driver import driver
from shared.projector.failures import ForkedHistory
from shared.recorded import Recorded

# not COPY: a reader that is stopped in the middle of one keeps its locks for ever, since the
# server heeds none of its time limits while it waits for the rest of the rows
_KINDS = {
    "source": "text",
    "position": "int8",
    "key": "uuid",
    "event_id": "uuid",
    "stream_id": "text",
    "version": "int8",
    "type": "text",
    "occurred_on": "date",
    "recorded_at": "timestamptz",
    "meta": "bytea",
    "data": "bytea",
    "hash": "bytea",
}
_APPEND = (
    f"INSERT INTO journal ({', '.join(_KINDS)}) SELECT * FROM unnest({casts(_KINDS.values())})"
).encode()
_COLUMNS = "key, source, position, meta, data, hash"
_OF_KEYS = (
    f"SELECT {_COLUMNS} FROM journal WHERE key = ANY(%b::uuid[]) ORDER BY key, source, position"
)
_OF_SPAN = (
    f"SELECT {_COLUMNS} FROM journal WHERE (%b::uuid IS NULL OR key >= %b::uuid)"
    " AND (%b::uuid IS NULL OR key < %b::uuid) ORDER BY key, source, position"
).encode()
_IDS = text(
    "SELECT position, event_id FROM journal WHERE source = :source AND position = ANY(:positions)"
)
_LINKS = (
    "SELECT j.stream_id, j.version, j.hash FROM journal j"
    " JOIN unnest(%b::text[], %b::int8[]) AS w(stream_id, version)"
    " ON j.stream_id = w.stream_id AND j.version = w.version WHERE j.source = %b"
)
_READ_AT_ONCE = 2_000


def append(connection: Connection, recorded: Sequence[Recorded]) -> None:
    """Write down new events; ForkedHistory where a place is taken by another one."""
    if not recorded:
        return
    rows = [_row(each) for each in recorded]
    try:
        cursor_of(driver(connection)).execute(_APPEND, arrays(_KINDS.values(), rows))
    except psycopg.errors.UniqueViolation as problem:
        raise ForkedHistory(problem.diag.message_detail or str(problem)) from problem


def _row(recorded: Recorded) -> tuple[Field, ...]:
    meta = recorded.meta
    return (
        of_word(meta.source),
        NULL if recorded.position is None else of_int8(recorded.position),
        of_uuid(meta.key),
        of_uuid(meta.event_id),
        of_text(meta.stream_id),
        of_int8(meta.version),
        of_word(meta.type),
        of_date(meta.occurred_on),
        of_instant(meta.recorded_at),
        of_bytes(recorded.meta_bytes),
        of_bytes(recorded.data),
        of_bytes(recorded.digest),
    )


def read_journal(connection: Connection, key: UUID, registries: Registries) -> list[Recorded]:
    """Give every event of a key, by source and position, corrections not applied."""
    return read_journals(connection, [key], registries).get(key, [])


def read_journals(
    connection: Connection, keys: Collection[UUID], registries: Registries
) -> dict[UUID, list[Recorded]]:
    """Give every event of each of these keys that has any; each as `read_journal` does."""
    rows = ask(driver(connection), _OF_KEYS, array("uuid", [of_uuid(key) for key in keys]))
    return dict(_by_key(rows, registries))


class Span(NamedTuple):
    """The keys from one on, up to another that is no longer among them; None: without end."""

    first: UUID | None
    behind: UUID | None

    def holds(self, key: UUID) -> bool:
        """Tell whether a key is one of these."""
        after = self.first is None or self.first <= key
        return after and (self.behind is None or key < self.behind)


EVERY = Span(None, None)
"""All keys."""


def scan_journal(
    connection: Connection, registries: Registries, span: Span = EVERY
) -> Generator[tuple[UUID, list[Recorded]]]:
    """Give every key of a span with its events, in little memory.

    The keys come in their order, and all as one moment had them. Who does not take them all has
    to close it.
    """
    with driver(connection).cursor(name="journal_scan", binary=True) as cursor:
        cursor.itersize = _READ_AT_ONCE
        cursor.execute(_OF_SPAN, (span.first, span.first, span.behind, span.behind))
        yield from _by_key(cursor, registries)


def _by_key(
    rows: Iterable[Sequence[Any]], registries: Registries
) -> Iterator[tuple[UUID, list[Recorded]]]:
    for key, of_key in groupby(rows, lambda row: row[0]):
        yield key, [_recorded(row, registries) for row in of_key]


def event_ids(connection: Connection, source: str, positions: Collection[int]) -> dict[int, UUID]:
    """Give the ids of the events in these places that are known."""
    rows = connection.execute(_IDS, {"source": source, "positions": list(positions)})
    return {row[0]: row[1] for row in rows}


def digests(
    connection: Connection, source: str, wanted: Collection[tuple[str, int]]
) -> dict[tuple[str, int], bytes]:
    """Give the hashes of these versions of these streams, where they are known."""
    streams = array("text", [of_text(stream) for stream, _ in wanted])
    versions = array("int8", [of_int8(version) for _, version in wanted])
    rows = ask(driver(connection), _LINKS, streams, versions, source)
    return {(row[0], row[1]): row[2] for row in rows}


def _recorded(row: Sequence[Any], registries: Registries) -> Recorded:
    return registries[row[1]].read(row[3], row[4], row[5], row[2])
