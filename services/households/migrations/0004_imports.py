"""Imports of sheets: how far each is. What stands in a sheet is here only sealed."""

from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.execute(
        "CREATE TABLE imports (import_id uuid PRIMARY KEY, kind text NOT NULL,"
        " dry_run boolean NOT NULL, asked_by text NOT NULL, caller jsonb NOT NULL,"
        " asked_at timestamptz NOT NULL, total int NOT NULL, done int NOT NULL DEFAULT 0,"
        " parts int NOT NULL DEFAULT 0, recorded int NOT NULL DEFAULT 0,"
        " unchanged int NOT NULL DEFAULT 0, refused int NOT NULL DEFAULT 0,"
        " status text NOT NULL CHECK (status IN ('queued', 'running', 'done', 'failed')),"
        # sealed under a key of the import's own, which is destroyed in the end; NULL from then on
        " sheet text, worker uuid, claimed_until timestamptz, attempts int NOT NULL DEFAULT 0,"
        " ended_at timestamptz)"
    )
    op.execute("CREATE INDEX imports_to_do ON imports (asked_at) WHERE ended_at IS NULL")
    op.execute("CREATE INDEX imports_to_forget ON imports (ended_at) WHERE sheet IS NOT NULL")
    op.execute(
        "CREATE TABLE import_remarks (import_id uuid NOT NULL REFERENCES imports,"
        " part int NOT NULL, count int NOT NULL, remarks text NOT NULL,"
        " PRIMARY KEY (import_id, part))"
    )
