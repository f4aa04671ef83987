"""Who helps which household, so that sponsors see those that are theirs."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.create_table(
        "sponsored",
        sa.Column("household_id", sa.Uuid, primary_key=True),
        sa.Column("assignment_id", sa.Uuid, primary_key=True),
        sa.Column("since", sa.Date, primary_key=True),
        sa.Column("until", sa.Date, nullable=False),
        sa.Column("sponsor_id", sa.Uuid, nullable=False),
    )
