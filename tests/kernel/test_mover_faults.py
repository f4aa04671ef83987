"""Movers are killed, stopped and doubled, servers restarted: nothing is skipped (G1, G3)."""

import signal
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from deploy.bundled import kafka, postgres
from shared.log.kafka import KafkaLog
from shared.log.partition import partition_of
from shared.log.port import Record
from shared.store.port import StoreUnavailable, VersionConflict
from shared.store.postgres import PostgresStore
from tests.support.mover_process import started
from tests.support.servers import FAST, KafkaServer, eventually
from tests.support.store import by_officer, new, postgres_store, stream

pytestmark = [pytest.mark.servers, pytest.mark.faults]

PARTITIONS = 3
HOUSEHOLDS = 6


@dataclass(slots=True)
class Writers:
    """Threads that append to a few streams, conflict, roll back, and note what was committed."""

    store: PostgresStore
    name: str = "w"
    committed: int = 0
    _stop: threading.Event = field(default_factory=threading.Event)
    _counting: threading.Lock = field(default_factory=threading.Lock)

    @contextmanager
    def at_work(self, count: int = 4) -> Iterator[None]:
        threads = [threading.Thread(target=self._write, args=(n,)) for n in range(count)]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            self._stop.set()
            for thread in threads:
                thread.join()

    def wait_for(self, more: int) -> None:
        wanted = self.committed + more
        assert eventually(lambda: self.committed >= wanted)

    def _write(self, writer: int) -> None:
        turn = 0
        while not self._stop.wait(0.02):
            turn += 1
            number = (writer + turn) % HOUSEHOLDS
            facts = [new(f"{self.name}-{writer}-{turn}-{n}", number) for n in range(turn % 3 + 1)]
            try:
                with self.store.transaction() as work:
                    known = len(work.read(stream(number)))
                    work.append(stream(number), known, facts, by_officer())
                    if turn % 5 == 0:  # draws numbers and is rolled back
                        work.append(stream(number), known, facts, by_officer())
                with self._counting:
                    self.committed += len(facts)
            except VersionConflict:
                continue
            except StoreUnavailable:
                self._stop.wait(0.05)


def events_on(log: KafkaLog, topic: str) -> dict[int, list[Record]]:
    """Read a topic whole, dropping what is at or below a partition's last position."""
    ends = log.ends(topic)
    reader = log.reader([topic], ends)
    kept: dict[int, list[Record]] = {number: [] for number in ends}
    read = 0
    try:
        while read < sum(ends.values()):
            for record in eventually(lambda: reader.poll(1.0, 5_000)):
                read += 1
                own = kept[record.partition]
                if not own or own[-1].position < record.position:
                    own.append(record)
    finally:
        reader.close()
    return kept


def assert_nothing_skipped(store: PostgresStore, log: KafkaLog, topic: str) -> None:
    with store.engine.connect() as connection:
        count = int(connection.exec_driver_sql("SELECT count(*) FROM events").scalar_one())
    assert eventually(lambda: store.head() == count)
    last = store.read_raw(count - 1, 1)[0]

    def arrived() -> bool:
        record = log.last(topic, partition_of(last.key, PARTITIONS))
        return record is not None and record.position == last.position

    assert eventually(arrived)
    events = store.read_log(0, count + 1)
    assert [each.position for each in events] == list(range(1, count + 1))
    for number, records in events_on(log, topic).items():
        own = [each for each in events if partition_of(each.meta.key, PARTITIONS) == number]
        assert [(r.position, r.digest) for r in records] == [(e.position, e.digest) for e in own]
    versions: dict[str, int] = {}
    for each in events:
        assert each.meta.version == versions.get(each.meta.stream_id, 0) + 1
        versions[each.meta.stream_id] = each.meta.version


@contextmanager
def topic_on(bootstrap: str, topic: str) -> Iterator[KafkaLog]:
    log = KafkaLog(bootstrap)
    try:
        log.ensure_topics([topic], PARTITIONS)
        yield log
    finally:
        log.close()


def test_movers_killed_stopped_and_doubled_skip_nothing(
    postgres_url: str, kafka_server: KafkaServer, topic_prefix: str
) -> None:
    topic, bootstrap = f"{topic_prefix}households.events", kafka_server.bootstrap
    with postgres_store(postgres_url) as store, topic_on(bootstrap, topic) as log:
        writers = Writers(store)
        with ExitStack() as movers, writers.at_work():
            place = (postgres_url, bootstrap, topic, PARTITIONS)
            first, second = (movers.enter_context(started(*place)) for _ in range(2))
            assert eventually(lambda: store.head() > 0)
            first.send_signal(signal.SIGSTOP)
            writers.wait_for(30)
            second.kill()
            writers.wait_for(30)
            first.send_signal(signal.SIGCONT)
            writers.wait_for(30)
            first.kill()
        assert writers.committed >= 90
        with started(*place):
            assert_nothing_skipped(store, log, topic)


def test_a_database_killed_and_restarted_skips_nothing(
    tmp_path: Path, kafka_server: KafkaServer, topic_prefix: str
) -> None:
    topic, bootstrap = f"{topic_prefix}households.events", kafka_server.bootstrap
    server = postgres.start(tmp_path, settings=FAST)
    try:
        url = server.url()
        with postgres_store(url) as store, topic_on(bootstrap, topic) as log:
            writers = Writers(store)
            with started(url, bootstrap, topic, PARTITIONS) as mover:
                with writers.at_work():
                    for killed in (True, False):
                        writers.wait_for(30)
                        if killed:
                            server.kill()
                        else:
                            server.stop()
                        server = postgres.start(tmp_path, server.port, settings=FAST)
                    writers.wait_for(30)
                assert_nothing_skipped(store, log, topic)
                assert mover.poll() is None
    finally:
        server.stop()


def test_a_broker_killed_holds_up_neither_commands_nor_positions(
    postgres_url: str, tmp_path: Path, topic_prefix: str
) -> None:
    topic = f"{topic_prefix}households.events"
    broker = kafka.start(tmp_path)
    try:
        with postgres_store(postgres_url) as store, topic_on(broker.bootstrap, topic) as log:
            writers = Writers(store)
            with started(postgres_url, broker.bootstrap, topic, PARTITIONS):
                with writers.at_work():
                    assert eventually(lambda: store.head() > 0)
                    broker.kill()
                    writers.wait_for(30)
                    placed = store.head()
                    assert eventually(lambda: store.head() > placed + 20)
                    broker = kafka.start(tmp_path, broker.port)
                assert_nothing_skipped(store, log, topic)
    finally:
        broker.stop()
