"""Which households a commune ever had, and what was corrected when: for looking into the past."""

from alembic import op

from services.reporting.queries.affected_keys import COMMUNE_OF, CORRECTED, PLACING

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.execute(f"CREATE INDEX journal_communes ON journal (({COMMUNE_OF})) WHERE {PLACING}")
    op.execute(f"CREATE INDEX journal_corrected ON journal (recorded_at) WHERE {CORRECTED}")
