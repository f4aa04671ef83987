"""The tables, as the migrations make them."""

from sqlalchemy import Column, Date, LargeBinary, MetaData, Table, Text, Uuid

METADATA = MetaData()
HOUSEHOLDS = Table(
    "households",
    METADATA,
    Column("household_id", Uuid, primary_key=True),
    Column("registered_on", Date, nullable=False),
    Column("closed_on", Date),
    Column("head_id", Uuid, nullable=False),
    Column("head_name", Text),  # NULL: erased
)
PERIODS = Table(
    "household_periods",
    METADATA,
    Column("household_id", Uuid, nullable=False),
    Column("kind", Text, nullable=False),
    Column("value", Text, nullable=False),
    Column("since", Date, nullable=False),
    Column("until", Date, nullable=False),
    Column("village", Text),
    Column("area_type", Text),
)
"""What held from `since` to the day before `until`."""
CITIZENS = Table(
    "citizens",
    METADATA,
    Column("citizen_ref", Text, nullable=False),
    Column("household_id", Uuid, nullable=False),
    Column("member_id", Uuid, nullable=False),
    Column("since", Date, nullable=False),
    Column("until", Date, nullable=False),
)
"""Whose number it is from `since` to the day before `until`: the database keeps one at a time."""

PEOPLE = Table(
    "people",
    METADATA,
    Column("household_id", Uuid, primary_key=True),
    Column("member_id", Uuid, primary_key=True),
    Column("name_ref", LargeBinary, nullable=False),
    Column("born_ref", LargeBinary),
)
"""Present members by keyed hashes: of the name without marks, and of it with the birth year."""
NAME_WORDS = Table(
    "name_words",
    METADATA,
    Column("word", LargeBinary, primary_key=True),
    Column("household_id", Uuid, primary_key=True),
    Column("member_id", Uuid, primary_key=True),
)
"""The words of present members' names, each as a keyed hash."""
SPONSORED = Table(
    "sponsored",
    MetaData(),
    Column("household_id", Uuid, primary_key=True),
    Column("assignment_id", Uuid, primary_key=True),
    Column("since", Date, primary_key=True),
    Column("until", Date, nullable=False),
    Column("sponsor_id", Uuid, nullable=False),
)
"""Learnt from the sponsors' own events, so not made anew from those of this service."""
SPONSORS_GONE = Table(
    "sponsors_gone",
    SPONSORED.metadata,
    Column("sponsor_id", Uuid, primary_key=True),
    Column("since", Date, nullable=False),
)
"""Sponsors that were dissolved: their people see nothing from that day on."""
