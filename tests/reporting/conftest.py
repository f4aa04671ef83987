from collections.abc import Iterator

import pytest
from sqlalchemy import Engine

from shared.recorded import Recorded
from tests.support import replays, servers
from tests.support.projecting import database, emptied
from tests.support.replays import Replays
from tests.support.reporting import Reporting
from tests.support.servers import PostgresServer


@pytest.fixture(scope="module")
def whole(postgres_server: PostgresServer) -> Iterator[Engine]:
    """Reporting's database, for one file of tests."""
    with servers.fresh_database(postgres_server) as url:
        made = database(url)
        yield made
        made.dispose()


@pytest.fixture
def engine(whole: Engine) -> Engine:
    """Reporting's database, empty."""
    emptied(whole)
    return whole


@pytest.fixture
def reporting(engine: Engine) -> Reporting:
    """Reporting over an empty database."""
    return Reporting.over(engine)


@pytest.fixture(scope="module")
def lived(
    whole: Engine, postgres_server: PostgresServer
) -> Iterator[tuple[Replays, list[Recorded]]]:
    """A history that is in every source, for one file of tests that only look at it."""
    with replays.lived(whole, postgres_server, *replays.FACTS) as made:
        yield made


@pytest.fixture
def touched(
    lived: tuple[Replays, list[Recorded]],
) -> Iterator[tuple[Replays, list[Recorded]]]:
    """The same history, put back after a test that does something to it."""
    with lived[0].put_back():
        yield lived
