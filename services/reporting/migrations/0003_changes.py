"""The feed of what became of findings: kept through rebuilds, each change told once."""

from alembic import op

revision = "0003"
down_revision = "0002"

_SHOWN = """
    finding_id uuid NOT NULL,
    code text NOT NULL,
    kind text NOT NULL,
    household_ids uuid[] NOT NULL,
    sponsor_id uuid,
    confirmed boolean NOT NULL,
    body bytea NOT NULL
"""
TABLES = (
    f"""
    CREATE TABLE changes (
        number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        what text NOT NULL CHECK (what IN ('opened', 'closed', 'retracted', 'decided')),
        became_on date NOT NULL,
        told_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        event_id uuid UNIQUE,
        decision text,
        {_SHOWN}
    )
    """,
    f"""
    CREATE TABLE announced (
        state text NOT NULL CHECK (state IN ('opened', 'closed', 'retracted')),
        {_SHOWN},
        PRIMARY KEY (finding_id)
    )
    """,
    "CREATE TABLE announcing (last_day date NOT NULL, digest numeric NOT NULL)",
    """
    CREATE INDEX journal_decisions ON journal (position)
    WHERE source = 'reporting' AND type NOT IN ('ClocksPaused', 'PauseEnded')
    """,
)


def upgrade() -> None:
    for statement in TABLES:
        op.execute(statement)
