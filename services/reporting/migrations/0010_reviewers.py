"""Which households somebody reviewed."""

from alembic import op

from services.reporting.queries.journal_index import REVIEWED, REVIEWERS

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.execute(
        f"CREATE INDEX journal_reviewers ON journal USING gin (({REVIEWERS})) WHERE {REVIEWED}"
    )
