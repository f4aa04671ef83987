"""The tables, as the migrations make them."""

from sqlalchemy import Column, Date, MetaData, Table, Text, Uuid

METADATA = MetaData()
SPONSORS = Table(
    "sponsors",
    METADATA,
    Column("sponsor_id", Uuid, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("name", Text),  # NULL: erased
    Column("registered_on", Date, nullable=False),
    Column("dissolved_on", Date),
)
ASSIGNMENTS = Table(
    "assignments",
    METADATA,
    Column("assignment_id", Uuid, primary_key=True),
    Column("household_id", Uuid, nullable=False),
    Column("sponsor_id", Uuid, nullable=False),
    Column("place", Text),
    Column("starts_on", Date, nullable=False),
    Column("ends_on", Date),
    Column("ended_on", Date),
    Column("visit_due_on", Date, nullable=False),
)
TURNS = Table(
    "sponsor_turns",
    METADATA,
    Column("assignment_id", Uuid, nullable=False),
    Column("household_id", Uuid, nullable=False),
    Column("sponsor_id", Uuid, nullable=False),
    Column("since", Date, nullable=False),
    Column("until", Date, nullable=False),
)
"""Which sponsor answers for which household, from `since` to the day before `until`.

The database keeps those of one household and sponsor apart.
"""
MODELS = Table(
    "models",
    METADATA,
    Column("model_id", Uuid, primary_key=True),
    Column("name", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("place", Text, nullable=False),
    Column("launched_on", Date, nullable=False),
    Column("closed_on", Date),
)
KNOWN_PLACES = Table(
    "known_places",
    MetaData(),
    Column("household_id", Uuid, primary_key=True),
    Column("since", Date, primary_key=True),
    Column("until", Date, nullable=False),
    Column("place", Text, nullable=False),
)
"""Learnt from the households' own events, so not made anew from those of this service."""
KNOWN_CLOSURES = Table(
    "known_closures",
    KNOWN_PLACES.metadata,
    Column("household_id", Uuid, primary_key=True),
    Column("closed_on", Date, nullable=False),
)
