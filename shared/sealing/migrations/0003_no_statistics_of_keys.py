"""The database keeps no samples of wrapped keys: they would outlive the keys themselves."""

from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.execute("ALTER TABLE owner_keys ALTER COLUMN wrapped SET STATISTICS 0")
    # the same type once more: what was sampled before goes with the old one
    op.execute("ALTER TABLE owner_keys ALTER COLUMN wrapped TYPE bytea")
