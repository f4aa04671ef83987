"""The views of reporting, and the inputs that all of them are judged with."""

from alembic import op
from sqlalchemy import text

from services.reporting.domain.rulebook import rulebook_on
from services.reporting.projections.tables import LIVE, VERSION, indexes, statements
from shared.clock import today

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    for statement in (*statements(LIVE), *indexes(LIVE)):
        op.execute(statement)
    op.execute(
        text(f"INSERT INTO {LIVE}.about (version, rulebook) VALUES (:version, :book)").bindparams(
            version=VERSION, book=rulebook_on(today()).digest
        )
    )
    op.execute(
        "CREATE INDEX journal_pauses ON journal (position) WHERE source = 'reporting'"
        " AND type IN ('ClocksPaused', 'PauseEnded')"
    )
