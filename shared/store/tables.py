"""The tables of an event store, as SQLAlchemy sees them; `schema.py` creates them."""

from sqlalchemy import (
    BigInteger,
    Column,
    Date,
    DateTime,
    Identity,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
)

METADATA = MetaData()

EVENTS = Table(
    "events",
    METADATA,
    Column("seq", BigInteger, Identity(always=True, cache=1), primary_key=True),
    Column("stream_id", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("key", Uuid, nullable=False),
    Column("event_id", Uuid, nullable=False),
    Column("command_id", Uuid, nullable=False),
    Column("type", Text, nullable=False),
    Column("schema_version", Integer, nullable=False),
    Column("occurred_on", Date, nullable=False),
    Column("recorded_at", DateTime(timezone=True), nullable=False),
    Column("meta", LargeBinary, nullable=False),
    Column("data", LargeBinary, nullable=False),
    Column("hash", LargeBinary, nullable=False),
    Column("command_key", LargeBinary),
    Column("fingerprint", LargeBinary),
    Column("content", LargeBinary),
    UniqueConstraint("stream_id", "version", name="events_stream_version"),
    UniqueConstraint("event_id", name="events_event_id"),
)

POSITIONS = Table(
    "positions",
    METADATA,
    Column("position", BigInteger, primary_key=True, autoincrement=False),
    Column("seq", BigInteger, nullable=False, unique=True),
    Column("positioned_at", DateTime(timezone=True), nullable=False),
)

MADE_IDS = Table(
    "made_ids",
    METADATA,
    Column("id", Uuid, primary_key=True),
    Column("event_id", Uuid, nullable=False),
)

SEQUENCER_HINT = Table(
    "sequencer_hint",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("seq", BigInteger, nullable=False),
)

RELAY_CURSOR = Table(
    "relay_cursor",
    METADATA,
    Column("topic", Text, primary_key=True),
    Column("partition", Integer, primary_key=True, autoincrement=False),
    Column("position", BigInteger, nullable=False),
)
