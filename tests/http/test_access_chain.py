"""What `doctor` says of the logs of who read personal data."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlalchemy import Engine, text

from cli.check_access_log import readings
from shared import access
from shared.areas import EVERYWHERE
from shared.auth.caller import Caller
from shared.ids import named
from shared.migrate import folder, migrate_one
from shared.settings import SERVICES, Settings
from tests.support import servers
from tests.support.counter_app import SETTINGS
from tests.support.servers import PostgresServer
from tests.support.store import engine_of

pytestmark = pytest.mark.servers

NOW = datetime(2026, 3, 2, 3, tzinfo=UTC)
READER = Caller(sub="can-bo", roles=frozenset({"commune_officer"}), scope=EVERYWHERE)


@pytest.fixture
def database(postgres_server: PostgresServer) -> Iterator[str]:
    with servers.fresh_database(postgres_server) as url:
        migrate_one(url, folder("households"))
        yield url


@pytest.fixture
def engine(database: str) -> Iterator[Engine]:
    with engine_of(database) as found:
        for number in range(3):
            with found.begin() as connection:
                access.record(connection, READER, NOW, "household", [named(str(number))])
        yield found


def settings_of(database: str) -> Settings:
    """Every service at the same database, which is enough to look at one log."""
    return replace(SETTINGS, databases=dict.fromkeys(SERVICES, database))


def test_logs_that_stand_are_said_to_be_whole(engine: Engine, database: str) -> None:
    found = list(readings(settings_of(database)))
    assert [line.well for line in found] == [True] * len(SERVICES)
    assert {line.what.partition(":")[0] for line in found} == set(SERVICES)
    assert all(line.state.startswith("3 ") for line in found)


@pytest.mark.parametrize(
    "change",
    ["UPDATE access_log SET reader = 'x'", "DELETE FROM access_log"],
    ids=("changed", "removed"),
)
def test_the_first_entry_that_does_not_fit_is_named(
    engine: Engine, database: str, change: str
) -> None:
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE access_log DISABLE TRIGGER access_log_append_only"))
        connection.execute(text(f"{change} WHERE number = 2"))
    for line in readings(settings_of(database)):
        assert not line.well
        assert "reading 2 " in line.state


def test_a_database_that_is_away_is_said_to_be_so(database: str) -> None:
    gone = f"{database.rpartition('/')[0]}/no_such_database"
    assert [line.well for line in readings(settings_of(gone))] == [False] * len(SERVICES)
