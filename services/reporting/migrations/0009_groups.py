"""Which households have loans of a group."""

from alembic import op

from services.reporting.queries.journal_index import BORROWED, GROUP_OF

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.execute(f"CREATE INDEX journal_groups ON journal (({GROUP_OF})) WHERE {BORROWED}")
