"""The tables of the copy: the logs as the journal makes them, and what was said of them."""

from shared.store.schema import Migration
from shared.tlog.schema import create_evidence, only_append

COPY = "audited"

_TABLES = (
    f"""
    CREATE TABLE {COPY}.cursor (
        topic text PRIMARY KEY, next_offset bigint NOT NULL CHECK (next_offset >= 0)
    )
    """,
    # checkpoints that wait until the journal has all their events
    f"""
    CREATE TABLE {COPY}.waiting (
        source text NOT NULL, record_offset bigint NOT NULL, note text NOT NULL,
        vkey text NOT NULL, PRIMARY KEY (source, record_offset)
    )
    """,
    f"""
    CREATE TABLE {COPY}.keys (
        source text NOT NULL, vkey text NOT NULL, size bigint NOT NULL,
        first_at timestamptz NOT NULL, vouched_by text,
        PRIMARY KEY (source, vkey)
    )
    """,
    f"""
    CREATE TABLE {COPY}.cosignatures (
        source text NOT NULL, number bigint NOT NULL, vkey text NOT NULL,
        signed_at timestamptz NOT NULL, line text NOT NULL,
        PRIMARY KEY (source, number, vkey)
    )
    """,
)


def create_copy(op: Migration) -> None:
    """Create the tables of the copy, and those beside it that are its own."""
    create_evidence(op, COPY)
    for statement in _TABLES:
        op.execute(statement)
    for table in ("keys", "cosignatures"):
        only_append(op, COPY, table)
