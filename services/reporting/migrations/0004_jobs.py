"""Long work that people ask for, how far it is, and what came of it."""

from alembic import op

from shared.jobs.tables import create_jobs

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    create_jobs(op)
