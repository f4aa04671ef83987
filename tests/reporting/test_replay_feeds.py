"""A replay reads every kind of log from its first record, and goes on where it was."""

from collections.abc import Iterator
from uuid import uuid4

import pytest

from services.reporting.domain.sources import REGISTRIES
from services.reporting.replays.feeds import Batch, log_feed
from shared.log.embedded import EmbeddedLog
from shared.log.kafka import KafkaLog
from shared.log.port import Log
from shared.migrate import folder, migrate_one
from tests.reporting.test_convergence import province
from tests.support.projecting import PARTITIONS, publish, topics

pytestmark = pytest.mark.servers


@pytest.fixture(params=["embedded", "kafka"])
def log(request: pytest.FixtureRequest) -> Iterator[Log]:
    opened: Log
    if request.param == "kafka":
        opened = KafkaLog(request.getfixturevalue("kafka_server").bootstrap)
    else:
        url = request.getfixturevalue("postgres_url")
        migrate_one(url, folder("log"))
        opened = EmbeddedLog(url)
    yield opened
    opened.close()


def test_the_log_is_read_from_its_first_record_and_taken_up_again(log: Log) -> None:
    prefix = f"replay-{uuid4().hex[:8]}-"
    named = topics(prefix)
    log.ensure_topics(named.values(), PARTITIONS)
    recorded = province(3, households=12)
    publish(log, recorded, prefix)
    # a partition without records would say nothing of whether it was read
    assert all(log.ends(named["loans"]).values())
    feed = log_feed(lambda: Kept(log), named, PARTITIONS)
    batches = list(feed(None))
    assert places(batches) == sorted((each.meta.source, each.position) for each in recorded)
    assert batches[-1].done == batches[-1].total == len(recorded)
    assert [fault for batch in batches for fault in batch.faults] == []
    again = [*batches[:2], *feed(batches[1].token)]
    assert places(again) == places(batches)
    assert set(named) == set(REGISTRIES)


def places(batches: list[Batch]) -> list[tuple[str, int]]:
    return sorted((each.source, each.position) for batch in batches for each in batch.pieces)


class Kept:
    """A log that stays open when its reader is done with it."""

    def __init__(self, log: Log) -> None:
        self.ends, self.reader = log.ends, log.reader

    def close(self) -> None:
        pass
