"""Carries positioned events to the log, ascending and gap-free from an acknowledged cursor."""

from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from typing import Any

import psycopg

from shared.log.partition import partition_of
from shared.log.port import Log, Outgoing, PublishFailed
from shared.mover.agreement import check
from shared.store.mark import encode_mark
from shared.store.port import RawEvent
from shared.store.postgres import PostgresStore

BATCH = 1_000

_NEXT = """
    SELECT position, key, meta, data, hash, event_id, command_id, command_key, fingerprint, content,
        CASE WHEN event_id = command_id THEN
            ARRAY(SELECT id FROM made_ids WHERE made_ids.event_id = events.event_id) END
    FROM positions JOIN events USING (seq)
    WHERE position > (SELECT coalesce(max(position), 0) FROM relay_cursor WHERE topic = %s)
    ORDER BY position LIMIT %s
"""
# two relays only duplicate: the further one wins, and readers drop what they have had
_ADVANCE = """
    INSERT INTO relay_cursor (topic, partition, position)
    SELECT %s, unnest(%s::int[]), unnest(%s::bigint[])
    ON CONFLICT (topic, partition) DO UPDATE SET position = excluded.position
    WHERE relay_cursor.position < excluded.position
"""


class Relay:
    """Publishes one store's events on its topic. Belongs to one thread, as its log does."""

    def __init__(
        self, store: PostgresStore, log: Log, topic: str, partitions: int, batch: int = BATCH
    ) -> None:
        self._store, self._log, self._topic = store, log, topic
        self._partitions = partitions
        self._batch = batch

    def check(self) -> None:
        """Compare the ends of the log with the store: StoreBehindLog or LogBehindCursor (G13)."""
        check(self._store, self._log, self._topic, self._partitions)

    def run_once(self) -> int:
        """Publish the next batch and move the cursor; give how many were acknowledged.

        PublishFailed: the producer was discarded; the cursor has not moved.
        """
        with self.session() as cursor:
            return self.publish_next(cursor)

    def session(self) -> AbstractContextManager[psycopg.Cursor]:
        """Give what `publish_next` works with, for as many batches as one likes."""
        return self._store.plain_cursor()

    def publish_next(self, cursor: psycopg.Cursor) -> int:
        """Do what `run_once` does, without asking for a connection each time."""
        cursor.execute(_NEXT, (self._topic, self._batch))
        events = [_raw(row) for row in cursor]
        if not events:
            return 0
        try:
            self._log.publish([self._outgoing(each) for each in events])
        except PublishFailed:
            self._log.reopen()
            raise
        self._advance(cursor, events)
        return len(events)

    def _outgoing(self, raw: RawEvent) -> Outgoing:
        return Outgoing(
            topic=self._topic,
            key=raw.key,
            position=raw.position,
            meta=raw.meta,
            data=raw.data,
            digest=raw.digest,
            mark=raw.mark,
        )

    def _advance(self, cursor: psycopg.Cursor, events: Sequence[RawEvent]) -> None:
        ends = last_positions(events, self._partitions)
        partitions = sorted(ends)
        advance(cursor, self._topic, partitions, [ends[number] for number in partitions])


def _raw(row: Sequence[Any]) -> RawEvent:
    position, key, meta, data, digest, *of_command = row
    return RawEvent(position, key, meta, data, digest, encode_mark(*of_command))


def last_positions(events: Iterable[RawEvent], partitions: int) -> dict[int, int]:
    """Give the last position of each partition that ascending events touch."""
    return {partition_of(each.key, partitions): each.position for each in events}


def advance(
    cursor: psycopg.Cursor, topic: str, partitions: Sequence[int], positions: Sequence[int]
) -> None:
    """Say that each partition holds its events up to a position."""
    cursor.execute(_ADVANCE, (topic, list(partitions), list(positions)))
