"""What was recorded after an instant: for looking into the past without reading every event."""

from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    # rows come in nearly in this order: a few bytes for every range of pages are enough
    op.execute(
        "CREATE INDEX journal_recorded ON journal USING brin (recorded_at)"
        " WITH (pages_per_range = 32, autosummarize = on)"
    )
