"""The tables behind the lists of sponsorship, and where households are known to live."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "sponsors",
        sa.Column("sponsor_id", sa.Uuid, primary_key=True),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("registered_on", sa.Date, nullable=False),
        sa.Column("dissolved_on", sa.Date),
    )
    op.create_index("sponsors_in_order", "sponsors", ["registered_on", "sponsor_id"])
    op.create_table(
        "assignments",
        sa.Column("assignment_id", sa.Uuid, primary_key=True),
        sa.Column("household_id", sa.Uuid, nullable=False),
        sa.Column("sponsor_id", sa.Uuid, nullable=False),
        sa.Column("place", sa.Text),
        sa.Column("starts_on", sa.Date, nullable=False),
        sa.Column("ends_on", sa.Date),
        sa.Column("ended_on", sa.Date),
        sa.Column("visit_due_on", sa.Date, nullable=False),
    )
    op.create_index("assignments_in_order", "assignments", ["starts_on", "assignment_id"])
    op.create_index("assignments_of_household", "assignments", ["household_id"])
    op.create_index("assignments_of_sponsor", "assignments", ["sponsor_id"])
    op.create_table(
        "models",
        sa.Column("model_id", sa.Uuid, primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("place", sa.Text, nullable=False),
        sa.Column("launched_on", sa.Date, nullable=False),
        sa.Column("closed_on", sa.Date),
    )
    op.create_index("models_in_order", "models", ["launched_on", "model_id"])
    op.create_table(
        "known_places",
        sa.Column("household_id", sa.Uuid, primary_key=True),
        sa.Column("since", sa.Date, primary_key=True),
        sa.Column("until", sa.Date, nullable=False),
        sa.Column("place", sa.Text, nullable=False),
    )
