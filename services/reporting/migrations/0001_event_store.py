"""The event store of reporting, and what it consumes of the others."""

from alembic import op

from shared.projector.schema import create_consumer
from shared.store.schema import create_store

revision = "0001"
down_revision = None


def upgrade() -> None:
    create_store(op)
    create_consumer(op)
