"""Indexes for the lists of daily work: by the day a visit is due, by place, by kind."""

from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    for statement in (
        "CREATE INDEX assignments_visit_due ON assignments (visit_due_on)",
        "CREATE INDEX known_places_place ON known_places (place)",
        "CREATE INDEX models_place ON models (place, launched_on, model_id)",
        "CREATE INDEX sponsors_kind ON sponsors (kind, registered_on, sponsor_id)",
    ):
        op.execute(statement)
