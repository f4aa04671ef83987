"""The log in an append-only PostgreSQL table, where Kafka cannot be had."""

from collections.abc import Iterable, Sequence

import psycopg
from psycopg import errors

from shared.log.embedded_reader import EmbeddedReader, Row, connect, record_from
from shared.log.partition import partition_of
from shared.log.port import LogUnavailable, Outgoing, PublishFailed, Record, WrongTopic, check_count

CHANNEL = "giamngheo_log"
MOST_TRIES = 100
BATCH = 1_000

# Offsets are the next ones as this statement sees them; if another publisher takes them first,
# the primary key refuses and the statement is run again. So what is visible is always dense.
_APPEND = """
    INSERT INTO log_records (topic, partition, record_offset, key, position, meta, data, hash,
        mark)
    SELECT n.topic, n.partition,
        coalesce((SELECT max(r.record_offset) + 1 FROM log_records r
                  WHERE r.topic = n.topic AND r.partition = n.partition), 0)
        + row_number() OVER (PARTITION BY n.topic, n.partition ORDER BY n.place) - 1,
        n.key, n.position, n.meta, n.data, n.hash, n.mark
    FROM unnest(%b::text[], %b::int[], %b::uuid[], %b::bigint[], %b::bytea[], %b::bytea[],
                %b::bytea[], %b::bytea[])
        WITH ORDINALITY AS n(topic, partition, key, position, meta, data, hash, mark,
                           place)
    ORDER BY n.topic, n.partition, n.place
"""
_COUNT = "SELECT partitions FROM log_topics WHERE topic = %s"
_ENSURE = "INSERT INTO log_topics VALUES (%s, %s) ON CONFLICT (topic) DO NOTHING RETURNING topic"
_LAST = (
    "SELECT topic, partition, record_offset, key, position, meta, data, hash, mark"
    " FROM log_records"
    " WHERE topic = %s AND partition = %s ORDER BY record_offset DESC LIMIT 1"
)
_ENDS = """
    SELECT n, coalesce((SELECT max(record_offset) + 1 FROM log_records r
                        WHERE r.topic = t.topic AND r.partition = n), 0)
    FROM log_topics t, generate_series(0, t.partitions - 1) AS n WHERE t.topic = %s
"""


class EmbeddedLog:
    """One connection to the database `log`, made when first needed."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._open: psycopg.Connection[Row] | None = None
        self._counts: dict[str, int] = {}

    def publish(self, batch: Sequence[Outgoing]) -> None:
        """Return when every record is committed, in order."""
        try:
            connection = self._connection()
            for start in range(0, len(batch), BATCH):
                self._append(connection, batch[start : start + BATCH])
            with connection.transaction():
                # a lost call only delays a reader; waiting for its flush would delay all
                connection.execute("SET LOCAL synchronous_commit = off")
                connection.execute("SELECT pg_notify(%s, '')", [CHANNEL])
        except psycopg.Error as problem:
            raise PublishFailed(f"{type(problem).__name__}: {problem}") from problem

    def reopen(self) -> None:
        """Let go of the connection and of what is under way on it."""
        connection, self._open = self._open, None
        if connection is not None:
            connection.close()

    def reader(self, topics: Iterable[str], partitions: Iterable[int]) -> EmbeddedReader:
        """Read these partitions of each of these topics."""
        numbers = tuple(partitions)
        assigned = [(topic, number) for topic in topics for number in numbers]
        return EmbeddedReader(self._url, CHANNEL, assigned)

    def last(self, topic: str, partition: int) -> Record | None:
        """Give the last record of a partition, if there is one."""
        rows = self._ask(_LAST, topic, partition)
        return record_from(rows[0]) if rows else None

    def ends(self, topic: str) -> dict[int, int]:
        """Give the offset after the last record, for every partition."""
        ends = {int(row[0]): int(row[1]) for row in self._ask(_ENDS, topic)}
        if not ends:
            raise WrongTopic(f"{topic}: không có / does not exist")
        return ends

    def ensure_topics(self, names: Iterable[str], partitions: int) -> None:
        """Make the topics that are missing; WrongTopic for another count."""
        for name in names:
            self._ask(_ENSURE, name, partitions)
            check_count(name, self._ask(_COUNT, name)[0][0], partitions)

    def close(self) -> None:
        """Let go of the database."""
        self.reopen()

    def _append(self, connection: "psycopg.Connection[Row]", batch: Sequence[Outgoing]) -> None:
        columns = (
            [outgoing.topic for outgoing in batch],
            [partition_of(outgoing.key, self._partitions(outgoing.topic)) for outgoing in batch],
            [outgoing.key for outgoing in batch],
            [outgoing.position for outgoing in batch],
            [outgoing.meta for outgoing in batch],
            [outgoing.data for outgoing in batch],
            [outgoing.digest for outgoing in batch],
            [outgoing.mark for outgoing in batch],
        )
        for _ in range(MOST_TRIES):
            try:
                connection.execute(_APPEND, columns)
            except errors.UniqueViolation:
                continue
            return
        raise PublishFailed(f"other publishers were faster {MOST_TRIES} times")

    def _partitions(self, topic: str) -> int:
        if topic not in self._counts:
            rows = self._ask(_COUNT, topic)
            if not rows:
                raise PublishFailed(f"{topic}: không có / does not exist")
            self._counts[topic] = int(rows[0][0])
        return self._counts[topic]

    def _ask(self, query: str, *parameters: object) -> list[Row]:
        try:
            return self._connection().execute(query, parameters).fetchall()
        except psycopg.Error as problem:
            self.reopen()
            raise LogUnavailable(f"{type(problem).__name__}: {problem}") from problem

    def _connection(self) -> "psycopg.Connection[Row]":
        if self._open is None:
            self._open = connect(self._url)
        return self._open
