"""The tables of an event store as a migration creates them: append-only by the database's word."""

from typing import Protocol


class Migration(Protocol):
    """What is needed of Alembic's `op`."""

    def execute(self, sqltext: str, /) -> None:
        """Run one statement in the migration's transaction."""


REFUSE_CHANGE = """
    BEGIN
        RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
    END
"""
"""What stands in the function that the triggers of all append-only tables call."""

_TABLES = (
    """
    CREATE TABLE events (
        seq bigint GENERATED ALWAYS AS IDENTITY (CACHE 1) PRIMARY KEY,
        stream_id text NOT NULL,
        version integer NOT NULL CHECK (version > 0),
        key uuid NOT NULL,
        event_id uuid NOT NULL,
        command_id uuid NOT NULL,
        type text NOT NULL,
        schema_version integer NOT NULL,
        occurred_on date NOT NULL,
        recorded_at timestamptz NOT NULL,
        meta bytea NOT NULL,
        data bytea NOT NULL,
        hash bytea NOT NULL CHECK (octet_length(hash) = 32),
        command_key bytea,
        fingerprint bytea,
        content bytea,
        CONSTRAINT events_stream_version UNIQUE (stream_id, version),
        CONSTRAINT events_event_id UNIQUE (event_id)
    )
    """,
    "CREATE UNIQUE INDEX events_command_key ON events (command_key) WHERE command_key IS NOT NULL",
    """
    CREATE TABLE positions (
        position bigint PRIMARY KEY CHECK (position > 0),
        seq bigint NOT NULL UNIQUE,
        positioned_at timestamptz NOT NULL
    )
    """,
    "CREATE TABLE made_ids (id uuid PRIMARY KEY, event_id uuid NOT NULL)",
    "CREATE INDEX made_ids_event_id ON made_ids (event_id)",
    # the two below remember how far their process came; they may change
    """
    CREATE TABLE sequencer_hint (id integer PRIMARY KEY CHECK (id = 1), seq bigint NOT NULL)
    """,
    "INSERT INTO sequencer_hint VALUES (1, 0)",
    """
    CREATE TABLE relay_cursor (
        topic text, partition integer, position bigint NOT NULL,
        PRIMARY KEY (topic, partition)
    )
    """,
    f"CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $${REFUSE_CHANGE}$$",
)

APPEND_ONLY = ("events", "positions", "made_ids")


def create_store(op: Migration) -> None:
    """Create an event store; its three tables of facts take INSERT and SELECT only."""
    for statement in _TABLES:
        op.execute(statement)
    for table in APPEND_ONLY:
        op.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )
        # fires also where triggers are said to be off for a replication session
        op.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_append_only")
        op.execute(f"REVOKE UPDATE, DELETE, TRUNCATE ON {table} FROM PUBLIC, CURRENT_USER")
