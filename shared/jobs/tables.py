"""The tables of the queue, the same in each service that has one."""

from shared.store.schema import Migration


def create_jobs(op: Migration) -> None:
    """Create the queue in a service's database."""
    op.execute(
        """
        CREATE TABLE jobs (
            job_id uuid PRIMARY KEY,
            kind text NOT NULL,
            status text NOT NULL DEFAULT 'queued'
                CHECK (status IN ('queued', 'running', 'done', 'failed', 'cancelled')),
            asked jsonb NOT NULL,
            scope jsonb NOT NULL,
            asked_by text NOT NULL,
            asked_at timestamptz NOT NULL DEFAULT clock_timestamp(),
            ended_at timestamptz,
            key bytea UNIQUE,
            fingerprint bytea,
            claims integer NOT NULL DEFAULT 0,
            tries integer NOT NULL DEFAULT 0,
            cancelling boolean NOT NULL DEFAULT false,
            done bigint NOT NULL DEFAULT 0,
            total bigint NOT NULL DEFAULT 0,
            result bytea,
            problem text
        )
        """
    )
    op.execute("CREATE INDEX jobs_to_do ON jobs (asked_at) WHERE ended_at IS NULL")
    op.execute(
        "CREATE TABLE job_parts (job_id uuid NOT NULL REFERENCES jobs ON DELETE CASCADE,"
        " part integer NOT NULL, body bytea NOT NULL, PRIMARY KEY (job_id, part))"
    )
