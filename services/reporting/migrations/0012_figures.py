"""What households add to the figures of their areas; a rebuild of the views fills it."""

from alembic import op
from sqlalchemy import text

from services.reporting.projections.tables import LIVE, figures, of_figures

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    connection = op.get_bind()
    if connection.execute(text("SELECT to_regclass(:name)"), {"name": f"{LIVE}.figures"}).scalar():
        return  # made with the other views
    whose = text("SELECT pg_get_userbyid(nspowner) FROM pg_namespace WHERE nspname = :schema")
    owner = connection.execute(whose, {"schema": LIVE}).scalar_one()
    # the views are the writer's own, and so is what is added to them
    op.execute(f'SET LOCAL ROLE "{owner}"')
    for statement in (figures(LIVE), *of_figures(LIVE)):
        op.execute(statement)
    op.execute("RESET ROLE")
