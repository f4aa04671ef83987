"""Findings in the order of their lists: by age, and what is open by gravity."""

from alembic import op
from sqlalchemy import text

from services.reporting.projections.tables import LIVE, in_order

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    connection = op.get_bind()
    there = text("SELECT to_regclass(:name)")
    if connection.execute(there, {"name": f"{LIVE}.findings_open"}).scalar():
        return  # made with the views
    whose = text("SELECT pg_get_userbyid(nspowner) FROM pg_namespace WHERE nspname = :schema")
    owner = connection.execute(whose, {"schema": LIVE}).scalar_one()
    op.execute(f'SET LOCAL ROLE "{owner}"')
    op.execute(
        f"DROP INDEX IF EXISTS {LIVE}.findings_status_kind_severity_opened_on_finding_id_idx"
    )
    for statement in in_order(LIVE):
        op.execute(statement)
    op.execute("RESET ROLE")
