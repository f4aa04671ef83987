from collections.abc import Iterator

import pytest
from sqlalchemy import Engine

from shared.database import engine as connect
from shared.log.memory import MemoryLog
from tests.support.views import make_tables, topics

PARTITIONS = 3


@pytest.fixture
def engine(postgres_url: str) -> Iterator[Engine]:
    """A reader's database, with views for tests."""
    made = connect(postgres_url)
    make_tables(made)
    yield made
    made.dispose()


@pytest.fixture
def memory() -> MemoryLog:
    """A log that lasts as long as the test."""
    log = MemoryLog()
    log.ensure_topics(topics().values(), PARTITIONS)
    return log
