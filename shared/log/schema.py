"""The tables of the embedded log, for an office without Kafka."""

from typing import Any, Protocol

TABLES = (
    """
    CREATE TABLE log_topics (
        topic text PRIMARY KEY,
        partitions integer NOT NULL CHECK (partitions > 0)
    )
    """,
    """
    CREATE TABLE log_records (
        topic text NOT NULL REFERENCES log_topics,
        partition integer NOT NULL,
        record_offset bigint NOT NULL CHECK (record_offset >= 0),
        key uuid NOT NULL,
        position bigint NOT NULL,
        meta bytea NOT NULL,
        data bytea NOT NULL,
        hash bytea NOT NULL,
        mark bytea NOT NULL,
        PRIMARY KEY (topic, partition, record_offset)
    )
    """,
    """
    CREATE FUNCTION log_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION '% is append-only', TG_TABLE_NAME;
    END
    $$
    """,
    """
    CREATE TRIGGER log_topics_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON log_topics
    FOR EACH STATEMENT EXECUTE FUNCTION log_is_append_only()
    """,
    """
    CREATE TRIGGER log_records_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON log_records
    FOR EACH STATEMENT EXECUTE FUNCTION log_is_append_only()
    """,
)


class Operations(Protocol):
    """What is used of Alembic's `op`."""

    def execute(self, sqltext: str) -> Any:
        """Run one statement."""


def create_log(op: Operations) -> None:
    """Make the log's tables, in a migration of the database `log`."""
    for statement in TABLES:
        op.execute(statement)
