"""The tables of a reader of the log: how far it is, what it has read, and what must wait."""

from typing import Any, Protocol

TABLES = (
    """
    CREATE TABLE consumed (
        topic text NOT NULL,
        partition integer NOT NULL,
        next_offset bigint NOT NULL CHECK (next_offset >= 0),
        last_position bigint NOT NULL CHECK (last_position >= 0),
        PRIMARY KEY (topic, partition)
    ) WITH (fillfactor = 50)
    """,
    """
    CREATE TABLE journal (
        source text NOT NULL,
        position bigint NOT NULL CHECK (position > 0),
        key uuid NOT NULL,
        event_id uuid NOT NULL UNIQUE,
        stream_id text NOT NULL,
        version bigint NOT NULL CHECK (version > 0),
        type text NOT NULL,
        occurred_on date NOT NULL,
        recorded_at timestamptz NOT NULL,
        meta bytea NOT NULL,
        data bytea NOT NULL,
        hash bytea NOT NULL CHECK (length(hash) = 32),
        PRIMARY KEY (source, position),
        UNIQUE (source, stream_id, version)
    )
    """,
    "CREATE INDEX journal_key ON journal (key, source, position)",
    """
    CREATE TABLE held_keys (
        key uuid PRIMARY KEY,
        reason text NOT NULL,
        held_at timestamptz NOT NULL
    )
    """,
    """
    CREATE TABLE held (
        seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        key uuid NOT NULL,
        topic text NOT NULL,
        partition integer NOT NULL,
        record_offset bigint NOT NULL,
        source text NOT NULL,
        position bigint NOT NULL,
        data bytea NOT NULL,
        headers bytea NOT NULL,
        set_aside text
    )
    """,
    "CREATE INDEX held_key ON held (key, seq)",
    "CREATE INDEX held_position ON held (source, position)",
)


class Operations(Protocol):
    """What is used of Alembic's `op`."""

    def execute(self, sqltext: str) -> Any:
        """Run one statement."""


def create_consumer(op: Operations) -> None:
    """Make the tables of a reader, in a migration of the database that its views are in."""
    for statement in TABLES:
        op.execute(statement)
