from collections.abc import Iterator

import pytest

from shared.log.embedded import EmbeddedLog
from shared.log.kafka import KafkaLog
from shared.log.memory import MemoryLog
from shared.log.port import Log
from shared.migrate import folder, migrate_one

ADAPTERS = (
    "memory",
    pytest.param("embedded", marks=pytest.mark.servers),
    pytest.param("kafka", marks=pytest.mark.servers),
)


@pytest.fixture(params=ADAPTERS)
def log(request: pytest.FixtureRequest) -> Iterator[Log]:
    """Each adapter in turn."""
    opened: Log
    if request.param == "kafka":
        opened = KafkaLog(request.getfixturevalue("kafka_server").bootstrap)
    elif request.param == "embedded":
        url = request.getfixturevalue("postgres_url")
        migrate_one(url, folder("log"))
        opened = EmbeddedLog(url)
    else:
        opened = MemoryLog()
    yield opened
    opened.close()
