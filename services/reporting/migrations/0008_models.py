"""Which models there are."""

from alembic import op

from services.reporting.queries.journal_index import LAUNCHED

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.execute(f"CREATE INDEX journal_models ON journal (key) WHERE {LAUNCHED}")
