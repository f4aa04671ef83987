"""The tables of the embedded log, for an office without Kafka."""

from typing import Any, Protocol

from shared.store.schema import REFUSE_CHANGE

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

APPEND_ONLY = ("log_topics", "log_records")


class Operations(Protocol):
    """What is used of Alembic's `op`."""

    def execute(self, sqltext: str) -> Any:
        """Run one statement."""


def create_log(op: Operations) -> None:
    """Make the log's tables, in a migration of the database `log`."""
    for statement in TABLES:
        op.execute(statement)


def guard_log(op: Operations) -> None:
    """Let topics and records take additions only, by the triggers that the stores have too."""
    op.execute(
        f"CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $${REFUSE_CHANGE}$$"
    )
    for table in APPEND_ONLY:
        op.execute(f"DROP TRIGGER {table}_append_only ON {table}")
        op.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )
        op.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_append_only")
    op.execute("DROP FUNCTION log_is_append_only()")
    # not on topics: the owner's right to lock a row there is what the foreign key is checked by
    op.execute("REVOKE UPDATE, DELETE, TRUNCATE ON log_records FROM PUBLIC, CURRENT_USER")
