"""The tables behind the lists of households."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "households",
        sa.Column("household_id", sa.Uuid, primary_key=True),
        sa.Column("registered_on", sa.Date, nullable=False),
        sa.Column("closed_on", sa.Date),
        sa.Column("head_id", sa.Uuid, nullable=False),
        sa.Column("head_name", sa.Text, nullable=False),
    )
    op.create_index("households_in_order", "households", ["registered_on", "household_id"])
    op.create_table(
        "household_periods",
        sa.Column("household_id", sa.Uuid, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("value", sa.Text, nullable=False),
        sa.Column("since", sa.Date, nullable=False),
        sa.Column("until", sa.Date, nullable=False),
        sa.Column("village", sa.Text),
        sa.Column("area_type", sa.Text),
    )
    op.create_index("periods_of_household", "household_periods", ["household_id", "kind"])
    op.create_index("periods_by_value", "household_periods", ["kind", "value"])
    op.create_table(
        "citizens",
        # one person is a present member of one household
        sa.Column("citizen_ref", sa.Text, primary_key=True),
        sa.Column("household_id", sa.Uuid, nullable=False),
        sa.Column("member_id", sa.Uuid, nullable=False),
    )
    op.create_index("citizens_of_household", "citizens", ["household_id"])
