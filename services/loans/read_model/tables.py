"""The tables, as the migrations make them."""

from collections.abc import Callable
from typing import Any

import msgspec
from sqlalchemy import BigInteger, Column, Date, Dialect, MetaData, Table, Text, TypeDecorator, Uuid
from sqlalchemy.dialects.postgresql import JSONB


class Json(TypeDecorator[Any]):
    """JSON as msgspec writes it: structs, days and ids need no turning into plain values."""

    impl = JSONB
    cache_ok = True

    def bind_processor(self, dialect: Dialect) -> Callable[[Any], str]:  # noqa: ARG002 - SQLAlchemy's
        """Return what makes the text that is sent."""
        return lambda value: msgspec.json.encode(value).decode()


METADATA = MetaData()
LOANS = Table(
    "loans",
    METADATA,
    Column("loan_id", Uuid, primary_key=True),
    Column("household_id", Uuid, nullable=False),
    Column("member_id", Uuid, nullable=False),
    Column("group_id", Uuid),
    Column("programme", Text, nullable=False),
    Column("applied_on", Date, nullable=False),
    Column("commune", Text),
    Column("version", BigInteger, nullable=False),
    Column("check_due_on", Date),
    Column("standings", Json, nullable=False),
    Column("ledger", Json, nullable=False),
    Column("body", Json, nullable=False),
)
"""`commune` is what the application said, on today's map."""
LOAN_PAYEES = Table(
    "loan_payees",
    METADATA,
    Column("disbursement_id", Uuid, primary_key=True),
    Column("ref", Text, primary_key=True),
    Column("loan_id", Uuid, nullable=False),
    Column("household_id", Uuid, nullable=False),
    Column("disbursed_on", Date, nullable=False),
    Column("reversed_on", Date),
)
CREDIT_GROUPS = Table(
    "credit_groups",
    METADATA,
    Column("group_id", Uuid, primary_key=True),
    Column("commune", Text, nullable=False),
    Column("union_code", Text, nullable=False),
    Column("formed_on", Date, nullable=False),
    Column("version", BigInteger, nullable=False),
    Column("body", Json, nullable=False),
)
HOUSEHOLD_PLACES = Table(
    "household_places",
    MetaData(),
    Column("household_id", Uuid, primary_key=True),
    Column("commune", Text, nullable=False),
)
"""Learnt from the households' own events, so not made anew from those of this service."""
CONFIRMED_MISUSE = Table(
    "confirmed_misuse",
    HOUSEHOLD_PLACES.metadata,
    Column("finding_id", Uuid, primary_key=True),
    Column("key", Uuid, nullable=False),
    Column("loan_id", Uuid, primary_key=True),
)
