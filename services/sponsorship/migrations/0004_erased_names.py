"""A sponsor's name may be erased."""

from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.alter_column("sponsors", "name", nullable=True)
