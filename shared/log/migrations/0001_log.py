"""The embedded log: topics and their records, appended and never changed."""

from alembic import op

from shared.log.schema import create_log

revision = "0001"
down_revision = None


def upgrade() -> None:
    create_log(op)
