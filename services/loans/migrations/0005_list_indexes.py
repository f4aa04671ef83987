"""Indexes for the lists of daily work: by standing, by the day a check is due, by commune."""

from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    for statement in (
        "CREATE INDEX loans_standing ON loans USING gin (standings jsonb_path_ops)",
        "CREATE INDEX loans_check_due ON loans (check_due_on) WHERE check_due_on IS NOT NULL",
        "CREATE INDEX loans_commune ON loans (commune, applied_on, loan_id)",
        "CREATE INDEX credit_groups_commune ON credit_groups (commune, formed_on, group_id)",
    ):
        op.execute(statement)
