"""Bring every database of ours to the present schema; may be run again, and by two at once."""

from pathlib import Path
from typing import cast

import psycopg
from alembic import command
from alembic.config import Config
from sqlalchemy import text

from shared.database import engine
from shared.rights.apply import settle
from shared.rights.declared import RIGHTS
from shared.rights.live import Right
from shared.settings import Settings

_ROOT = Path(__file__).resolve().parent
_LOCK = 0x6769616D  # "giam"


def folder(database: str) -> Path:
    """Give the folder of a database's migrations."""
    if database == "keys":
        return _ROOT / "sealing" / "migrations"
    if database == "log":
        return _ROOT / "log" / "migrations"
    return _ROOT.parent / "services" / database / "migrations"


def migrate(settings: Settings) -> list[Right]:
    """Bring each database to the head of its migrations; give the rights that were too many."""
    taken: list[Right] = []
    for database, url in settings.databases.items():
        taken += migrate_one(settings.owners.get(database, url), folder(database), database)
    return taken


def migrate_one(url: str, scripts: Path, database: str | None = None) -> list[Right]:
    """Bring one database to the head of the revisions in `scripts`, and its rights to theirs.

    `url` is the owner's. Without the name of a database whose rights are declared these stay.
    """
    if not scripts.is_dir():
        return []
    whole = engine(url, name="giamngheo migrate", pool_size=1, transaction_seconds=0)
    try:
        with whole.begin() as connection:
            # until the end of the transaction: a second one waits and finds nothing to do
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
            config = Config(attributes={"connection": connection})
            config.set_main_option("script_location", _escaped(_ROOT / "migrations"))
            config.set_main_option("version_locations", _escaped(scripts))
            config.set_main_option("path_separator", "newline")
            command.upgrade(config, "head")
            if database is None or database not in RIGHTS:
                return []
            driver = cast("psycopg.Connection", connection.connection.driver_connection)
            return settle(driver, database)
    finally:
        whole.dispose()


def _escaped(path: Path) -> str:
    return str(path).replace("%", "%%")
