"""Who read personal data: an append-only log, chained by hash, written with the read itself."""

import hashlib
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    DateTime,
    LargeBinary,
    MetaData,
    Table,
    Text,
    Uuid,
    insert,
    select,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY

from shared.auth.caller import Caller
from shared.codec import canonical
from shared.store.schema import Migration

ACCESS_LOG = Table(
    "access_log",
    MetaData(),
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("reader", Text, nullable=False),
    Column("roles", ARRAY(Text), nullable=False),
    Column("kind", Text, nullable=False),
    Column("subjects", ARRAY(Uuid), nullable=False),
    Column("hash", LargeBinary, nullable=False),
)

_DOMAIN = b"giamngheo/access/1\n"
_GENESIS = bytes(32)
_AT_ONCE = 1_000
_LOCK = 0x61636373  # "accs"


def create_access_log(op: Migration) -> None:
    """Create the log in a service's database; it takes INSERT and SELECT only."""
    op.execute(
        "CREATE TABLE access_log (number bigint PRIMARY KEY CHECK (number > 0),"
        " at timestamptz NOT NULL, reader text NOT NULL, roles text[] NOT NULL,"
        " kind text NOT NULL, subjects uuid[] NOT NULL,"
        " hash bytea NOT NULL CHECK (octet_length(hash) = 32))"
    )
    op.execute("CREATE INDEX access_log_subjects ON access_log USING gin (subjects)")
    op.execute(
        "CREATE TRIGGER access_log_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON access_log "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )
    op.execute("ALTER TABLE access_log ENABLE ALWAYS TRIGGER access_log_append_only")
    op.execute("REVOKE UPDATE, DELETE, TRUNCATE ON access_log FROM PUBLIC, CURRENT_USER")


def record(
    connection: Connection | None,
    caller: Caller,
    at: datetime,
    kind: str,
    subjects: Iterable[UUID],
) -> None:
    """Say who reads of whom, as the last thing in the transaction that reads.

    If it cannot be written the read fails. Nobody read: nothing is written.
    """
    of = sorted(set(subjects))
    if not of or connection is None:
        return
    # one after the other: each entry follows the one that was committed last
    connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
    look = select(ACCESS_LOG.c.number, ACCESS_LOG.c.hash)
    last = connection.execute(look.order_by(ACCESS_LOG.c.number.desc()).limit(1)).first()
    entry: dict[str, Any] = {
        "number": last.number + 1 if last else 1,
        "at": at,
        "reader": caller.sub,
        "roles": sorted(str(role) for role in caller.roles),
        "kind": kind,
        "subjects": of,
    }
    digest = _link(bytes(last.hash) if last else _GENESIS, entry)
    connection.execute(insert(ACCESS_LOG).values(entry | {"hash": digest}))


def entries(connection: Connection) -> int:
    """Give how many readings are on record."""
    last = select(ACCESS_LOG.c.number).order_by(ACCESS_LOG.c.number.desc()).limit(1)
    return connection.execute(last).scalar() or 0


def first_broken(connection: Connection) -> int | None:
    """Give the number of the first entry that was changed or follows a gap, None if all stand."""
    previous, expected = _GENESIS, 1
    look = select(ACCESS_LOG).order_by(ACCESS_LOG.c.number)
    with connection.execute(look.execution_options(yield_per=_AT_ONCE)) as rows:
        for row in rows.mappings():
            entry = {name: row[name] for name in row if name != "hash"}
            if row["number"] != expected or _link(previous, entry) != bytes(row["hash"]):
                return expected
            previous, expected = bytes(row["hash"]), expected + 1
    return None


def _link(previous: bytes, entry: dict[str, Any]) -> bytes:
    said = entry | {"subjects": [str(one) for one in entry["subjects"]]}
    said["at"] = entry["at"].astimezone(UTC).isoformat()
    return hashlib.sha256(_DOMAIN + previous + canonical(said)).digest()
