"""Names by keyed words, who read personal data, and whose keys are to be destroyed."""

import sqlalchemy as sa
from alembic import op

from shared.access import create_access_log
from shared.erasure import create_erasures

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.alter_column("households", "head_name", nullable=True)
    op.create_table(
        "people",
        sa.Column("household_id", sa.Uuid, nullable=False),
        sa.Column("member_id", sa.Uuid, nullable=False),
        sa.Column("name_ref", sa.LargeBinary, nullable=False),
        sa.Column("born_ref", sa.LargeBinary),
        sa.PrimaryKeyConstraint("household_id", "member_id"),
    )
    op.create_index("people_by_name", "people", ["name_ref"])
    op.create_table(
        "name_words",
        sa.Column("word", sa.LargeBinary, nullable=False),
        sa.Column("household_id", sa.Uuid, nullable=False),
        sa.Column("member_id", sa.Uuid, nullable=False),
        sa.PrimaryKeyConstraint("word", "household_id", "member_id"),
    )
    op.create_index("name_words_of_household", "name_words", ["household_id"])
    create_access_log(op)
    create_erasures(op)
