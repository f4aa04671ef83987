from collections.abc import Iterator

import pytest

from shared.log.kafka import KafkaLog
from shared.log.memory import MemoryLog
from shared.log.port import Log

ADAPTERS = ("memory", pytest.param("kafka", marks=pytest.mark.servers))


@pytest.fixture(params=ADAPTERS)
def log(request: pytest.FixtureRequest) -> Iterator[Log]:
    """Each adapter in turn."""
    opened: Log
    if request.param == "kafka":
        opened = KafkaLog(request.getfixturevalue("kafka_server").bootstrap)
    else:
        opened = MemoryLog()
    yield opened
    opened.close()
