"""The Merkle log over this store, and its signed checkpoints."""

from alembic import op

from shared.tlog.schema import create_evidence

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    create_evidence(op)
