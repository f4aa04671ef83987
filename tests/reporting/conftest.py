from collections.abc import Iterator

import pytest
from sqlalchemy import Engine

from tests.support import servers
from tests.support.projecting import database, emptied
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
