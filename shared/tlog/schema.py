"""The tables of a Merkle log: in the schema of a store's own, or of a reader's copy of several."""

from shared.store.schema import Migration

OWN = "evidence"
"""Where a service keeps the log of its own store."""


def _tables(schema: str) -> tuple[str, ...]:
    return (
        f"CREATE SCHEMA {schema}",
        f"""
        CREATE TABLE {schema}.trees (
            source text PRIMARY KEY,
            size bigint NOT NULL DEFAULT 0,
            published bigint NOT NULL DEFAULT 0,
            problem text,
            since timestamptz NOT NULL DEFAULT now()
        )
        """,
        # roots of whole tiles; the hashes of the leaves are made of the events again
        f"""
        CREATE TABLE {schema}.nodes (
            source text NOT NULL,
            level smallint NOT NULL CHECK (level > 0),
            number bigint NOT NULL,
            hash bytea NOT NULL CHECK (octet_length(hash) = 32),
            PRIMARY KEY (source, level, number)
        )
        """,
        f"""
        CREATE TABLE {schema}.heads (
            source text NOT NULL,
            bucket integer NOT NULL,
            path bytea NOT NULL CHECK (octet_length(path) = 32),
            position bigint NOT NULL,
            count bigint NOT NULL,
            chain bytea NOT NULL CHECK (octet_length(chain) = 32),
            PRIMARY KEY (source, bucket, path)
        )
        """,
        f"""
        CREATE TABLE {schema}.buckets (
            source text NOT NULL,
            bucket integer NOT NULL,
            count bigint NOT NULL DEFAULT 0,
            hash bytea NOT NULL DEFAULT decode(repeat('00', 32), 'hex'),
            is_stale boolean NOT NULL DEFAULT true,
            PRIMARY KEY (source, bucket)
        )
        """,
        f"""
        CREATE TABLE {schema}.checkpoints (
            source text NOT NULL,
            number bigint NOT NULL CHECK (number > 0),
            size bigint NOT NULL,
            note text NOT NULL,
            vkey text NOT NULL,
            signed_at timestamptz NOT NULL,
            problem text,
            PRIMARY KEY (source, number)
        )
        """,
        f"CREATE INDEX ON {schema}.checkpoints (source, size)",
    )


APPEND_ONLY = ("nodes", "checkpoints")


def create_evidence(op: Migration, schema: str = OWN) -> None:
    """Create the tables; nodes and checkpoints take INSERT and SELECT only."""
    for statement in _tables(schema):
        op.execute(statement)
    for table in APPEND_ONLY:
        only_append(op, schema, table)


def only_append(op: Migration, schema: str, table: str) -> None:
    """Let a table take INSERT and SELECT only, as the tables of events do."""
    op.execute(
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE"
        f" ON {schema}.{table} FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )
    op.execute(f"ALTER TABLE {schema}.{table} ENABLE ALWAYS TRIGGER {table}_append_only")
    op.execute(f"REVOKE UPDATE, DELETE, TRUNCATE ON {schema}.{table} FROM PUBLIC, CURRENT_USER")
