"""Imports are jobs of the one queue; what is their own is the sheet, and how its rows fared."""

from alembic import op

from shared.jobs.tables import create_jobs

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    create_jobs(op)
    op.execute(
        "INSERT INTO jobs (job_id, kind, status, asked, scope, asked_by, asked_at, ended_at,"
        " done, total)"
        " SELECT import_id, 'import', status, jsonb_build_object('kind', kind,"
        " 'dry_run', dry_run, 'roles', caller->'roles', 'related', caller->'related'),"
        " jsonb_build_object('everything', caller->'everything', 'olds', caller->'olds'),"
        " asked_by, asked_at, ended_at, done, total FROM imports"
    )
    op.execute("DROP INDEX imports_to_do, imports_to_forget")
    for column in (
        *("kind", "dry_run", "asked_by", "caller", "asked_at", "total", "done", "status"),
        *("worker", "claimed_until", "attempts", "ended_at"),
    ):
        op.drop_column("imports", column)
    op.execute("ALTER TABLE imports ADD FOREIGN KEY (import_id) REFERENCES jobs")
    op.execute("CREATE INDEX imports_to_forget ON imports (import_id) WHERE sheet IS NOT NULL")
