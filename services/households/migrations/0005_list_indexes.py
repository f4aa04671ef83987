"""An index for the list of a village."""

from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.execute(
        "CREATE INDEX periods_by_village ON household_periods (village) WHERE village IS NOT NULL"
    )
