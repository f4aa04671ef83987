"""Who read personal data."""

from alembic import op

from shared.access import create_access_log

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    create_access_log(op)
