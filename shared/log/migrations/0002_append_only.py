"""The embedded log refuses changes as the stores do: also where ordinary triggers are off."""

from alembic import op

from shared.log.schema import guard_log

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    guard_log(op)
