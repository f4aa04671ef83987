"""Who took events or findings home is a log of its own."""

from alembic import op

from shared.access import create_access_log

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    create_access_log(op)
