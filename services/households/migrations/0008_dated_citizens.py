"""Citizen numbers by the days of each stay, and which sponsors are no more."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.drop_constraint("citizens_pkey", "citizens")
    # until the tables are made anew, who is a member is taken to have always been one
    op.add_column(
        "citizens", sa.Column("since", sa.Date, nullable=False, server_default="0001-01-01")
    )
    op.add_column(
        "citizens", sa.Column("until", sa.Date, nullable=False, server_default="9999-12-31")
    )
    op.alter_column("citizens", "since", server_default=None)
    op.alter_column("citizens", "until", server_default=None)
    op.create_index("citizens_by_ref", "citizens", ["citizen_ref"])
    op.execute(
        "ALTER TABLE citizens ADD CONSTRAINT one_home_at_a_time EXCLUDE USING gist"
        # a range of one number stands for the text: GiST compares texts only in ranges
        " (int8range(hashtextextended(citizen_ref, 0), hashtextextended(citizen_ref, 0), '[]')"
        " WITH &&, daterange(since, until) WITH &&)"
    )
    op.create_table(
        "sponsors_gone",
        sa.Column("sponsor_id", sa.Uuid, primary_key=True),
        sa.Column("since", sa.Date, nullable=False),
    )
