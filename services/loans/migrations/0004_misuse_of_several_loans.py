"""A finding may be about several loans: those that share a payee, for one."""

from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.execute("ALTER TABLE confirmed_misuse DROP CONSTRAINT confirmed_misuse_pkey")
    op.execute("ALTER TABLE confirmed_misuse ADD PRIMARY KEY (finding_id, loan_id)")
