"""The keys of people."""

from alembic import op

from shared.sealing.keys import METADATA

revision = "0001"
down_revision = None


def upgrade() -> None:
    METADATA.create_all(op.get_bind())
