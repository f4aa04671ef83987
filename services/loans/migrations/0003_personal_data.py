"""Whose keys are to be destroyed."""

from alembic import op

from shared.erasure import create_erasures

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    create_erasures(op)
