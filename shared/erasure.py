"""Erasure: once it is recorded, the keys are destroyed, however often that has to be tried."""

from uuid import UUID

import structlog
from sqlalchemy import Boolean, Column, Connection, DateTime, MetaData, Table, Uuid, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import SQLAlchemyError

from shared.service import Runtime
from shared.store.schema import Migration

_LOG = structlog.get_logger("erasing")

ERASURES = Table(
    "erasures",
    MetaData(),
    Column("owner", Uuid, primary_key=True),
    Column("cause", Uuid, primary_key=True),
    Column("renews", Boolean, nullable=False),
    Column("asked_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("done_at", DateTime(timezone=True)),
)
"""Whose key an event (`cause`) orders to destroy; `renews`: later texts get another key."""


def create_erasures(op: Migration) -> None:
    """Create the table in a service's database."""
    op.execute(
        "CREATE TABLE erasures (owner uuid, cause uuid, renews boolean NOT NULL,"
        " asked_at timestamptz NOT NULL DEFAULT now(), done_at timestamptz,"
        " PRIMARY KEY (owner, cause))"
    )
    op.execute("CREATE INDEX erasures_to_do ON erasures (asked_at) WHERE done_at IS NULL")


def ask(connection: Connection, owner: UUID, cause: UUID, *, renews: bool) -> None:
    """Order a key's destruction in the transaction that records or learns of the erasure."""
    order = insert(ERASURES).values(owner=owner, cause=cause, renews=renews)
    connection.execute(order.on_conflict_do_nothing())


def order_again(connection: Connection) -> None:
    """Order everything anew: keys that came back with a backup are destroyed once more."""
    connection.execute(ERASURES.update().values(done_at=None))


def settle(runtime: Runtime) -> int:
    """Destroy every key that is ordered to be; may be cut short anywhere and run again."""
    engine, keyring = runtime.engine, runtime.keyring
    if engine is None:
        return 0
    with engine.begin() as connection:
        orders = connection.execute(select(ERASURES).where(ERASURES.c.done_at.is_(None))).all()
    for order in orders:
        if order.renews:
            keyring.renew(order.owner, order.cause)
        else:
            keyring.erase(order.owner)
        here = (ERASURES.c.owner == order.owner, ERASURES.c.cause == order.cause)
        with engine.begin() as connection:
            connection.execute(ERASURES.update().where(*here).values(done_at=func.now()))
    return len(orders)


def try_to_settle(runtime: Runtime) -> None:
    """Do the same, or say that a database was away; the orders stand and are tried again."""
    try:
        settle(runtime)
    except SQLAlchemyError as problem:
        _LOG.warning("erasure_delayed", service=runtime.service.name, exc_info=problem)
