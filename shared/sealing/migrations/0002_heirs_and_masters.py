"""Heirs of destroyed keys, and by which master key each is wrapped."""

from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.execute("ALTER TABLE owner_keys ADD COLUMN IF NOT EXISTS heir uuid")
    op.execute("ALTER TABLE owner_keys ADD COLUMN IF NOT EXISTS master bytea")
    op.execute("CREATE INDEX owner_keys_by_master ON owner_keys (master)")
