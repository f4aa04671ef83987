"""The Merkle log over this store and its signed checkpoints, and the copy of every store's."""

from alembic import op

from services.reporting.tlog.tables import create_copy
from shared.tlog.schema import create_evidence

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    create_evidence(op)
    create_copy(op)
