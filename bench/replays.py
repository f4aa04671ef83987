"""The rows of replays: every event told again from each source and compared, in its own process.

BENCH_EVENTS says how many events there are, 30,000 where it is not given.
"""

import multiprocessing
import os
import random
import resource
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import Connection, Engine, text
from sqlalchemy import create_engine as connects

from bench.reporting import life
from bench.row import Row
from deploy.bundled import kafka, postgres
from services.reporting.domain.sources import REGISTRIES
from services.reporting.projections.rebuild import rebuild
from services.reporting.replays.replay import Places, do
from shared.areas import Scope
from shared.clock import new_id, system_clock
from shared.database import engine as connect
from shared.jobs import queue
from shared.jobs.queue import Work
from shared.log.kafka import KafkaLog
from shared.projector import journal
from shared.projector.driver import driver
from shared.recorded import Recorded
from shared.store.postgres import PostgresStore
from shared.store.schema import create_store
from tests.support.facts import Recorder
from tests.support.projecting import PARTITIONS, database, publish, topics
from tests.support.servers import PostgresServer, fresh_database

EVENTS = int(os.environ.get("BENCH_EVENTS", "30000"))
FACTS = 30
AT_ONCE = 300
SOURCES = ("journal", "kafka", "stores")
GOAL_MB = 300
VIEWS = "views"


def histories(households: int) -> Iterator[list[Recorded]]:
    """Give what happened in a province, some households at a time."""
    chance, recorder = random.Random(1), Recorder()  # noqa: S311 - nothing secret
    for start in range(0, households, AT_ONCE):
        numbers = range(start, min(start + AT_ONCE, households))
        yield [recorder.record(fact) for n in numbers for fact in life(n, FACTS, chance)]


@dataclass
class _Operations:
    connection: Connection

    def execute(self, sqltext: str, /) -> None:
        self.connection.execute(text(sqltext))


def into_store(engine: Engine, recorded: list[Recorded]) -> None:
    """Write events and their positions as an event store has them."""
    with engine.begin() as connection:
        cursor = driver(connection).cursor()
        columns = "seq, stream_id, version, key, event_id, command_id, type, schema_version"
        more = "occurred_on, recorded_at, meta, data, hash"
        with cursor.copy(f"COPY events ({columns}, {more}) FROM STDIN") as copy:
            for each in recorded:
                meta = each.meta
                copy.write_row(
                    (
                        *(each.position, meta.stream_id, meta.version, meta.key, meta.event_id),
                        *(meta.event_id, meta.type, meta.schema_version, meta.occurred_on),
                        *(meta.recorded_at, each.meta_bytes, each.data, each.digest),
                    )
                )
        with cursor.copy("COPY positions FROM STDIN") as copy:
            for each in recorded:
                copy.write_row((each.position, each.position, each.meta.recorded_at))


def read(engine: Engine, log: KafkaLog) -> None:
    """Have reporting say that it has read all of the log, and show what follows from it."""
    with engine.begin() as connection:
        # the views are of no version: what is rebuilt takes their place, whatever it says
        connection.execute(text("DELETE FROM views.about"))
        heads = connection.execute(text("SELECT source, max(position) FROM journal GROUP BY 1"))
        for source, position in heads.all():
            topic = topics()[source]
            for number, end in log.ends(topic).items():
                connection.execute(
                    text("INSERT INTO consumed VALUES (:topic, :number, :end, :position)"),
                    {"topic": topic, "number": number, "end": end, "position": position},
                )
    with connects(engine.url).connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT").execute(text("VACUUM ANALYZE"))
    rebuild(engine, PARTITIONS)


@contextmanager
def sources(events: int) -> Iterator[tuple[dict[str, str], str]]:
    """The same history in a journal, on a log and in four stores; gives where they are."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory()))
        folder.chmod(0o755)  # the server runs as another user
        running = postgres.start(folder / "postgres")
        stack.callback(running.stop)
        broker = kafka.start(folder / "kafka")
        stack.callback(broker.stop)
        server = PostgresServer(running.host, running.port, running.password)
        urls = {source: stack.enter_context(fresh_database(server)) for source in REGISTRIES}
        urls[VIEWS] = running.url()
        engine = database(urls[VIEWS])
        log = KafkaLog(broker.bootstrap)
        stack.callback(log.close)
        stack.callback(engine.dispose)
        log.ensure_topics(topics().values(), PARTITIONS)
        stores = {source: connect(urls[source], transaction_seconds=0) for source in REGISTRIES}
        for own in stores.values():
            stack.callback(own.dispose)
            with own.begin() as connection:
                create_store(_Operations(connection))
        for recorded in histories(events // FACTS):
            with engine.begin() as connection:
                journal.append(connection, recorded)
            publish(log, recorded)
            by_source = sorted(recorded, key=lambda each: (each.meta.source, each.position))
            for source, own_events in groupby(by_source, lambda each: each.meta.source):
                into_store(stores[source], list(own_events))
        read(engine, log)
        yield urls, broker.bootstrap


def told(urls: dict[str, str], bootstrap: str, source: str, answer: Any) -> None:
    """Replay in this process; answer with how long it took and how large it grew."""
    engine = connect(urls[VIEWS], transaction_seconds=0)
    stores = {
        name: PostgresStore(connect(urls[name], transaction_seconds=0), REGISTRIES[name])
        for name in REGISTRIES
    }
    places = Places(
        topics=topics(),
        partitions=PARTITIONS,
        log=lambda: KafkaLog(bootstrap),
        stores=stores,
    )
    job_id, asked = new_id(system_clock), {"source": source}
    with engine.begin() as connection:
        queue.ask(connection, job_id, "replay", asked, Scope(everything=True), "bench")
        job = queue.claim(connection, job_id)
    assert job is not None
    started, worked = time.perf_counter(), time.process_time()
    found = do(places, Work(engine, job, lambda: False))
    answer.send(
        {
            "differences": found["differences"],
            "seconds": time.perf_counter() - started,
            "processor": time.process_time() - worked,
            "megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        }
    )
    with engine.begin() as connection:
        queue.end(connection, job, "done")


@contextmanager
def watched(url: str) -> Iterator[list[float]]:
    """Note how large the scratch is in MB, every half second; gives the list."""
    sizes, ended = [0.0], threading.Event()
    engine = connect(url, transaction_seconds=0)

    def watch() -> None:
        while not ended.wait(0.5):
            with engine.begin() as connection:
                size = connection.execute(
                    text(
                        "SELECT coalesce(sum(pg_total_relation_size(c.oid)), 0) FROM pg_class c"
                        " JOIN pg_namespace n ON n.oid = c.relnamespace"
                        " WHERE n.nspname LIKE 'replay\\_%' AND c.relkind = 'r'"
                    )
                ).scalar_one()
            sizes.append(int(size) / 1e6)

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield sizes
    finally:
        ended.set()
        thread.join()
        engine.dispose()


def row(urls: dict[str, str], bootstrap: str, source: str) -> Row:
    """Replay from one source."""
    ours, theirs = multiprocessing.Pipe()
    spawned = multiprocessing.get_context("spawn")
    child = spawned.Process(target=told, args=(urls, bootstrap, source, theirs))
    with watched(urls[VIEWS]) as sizes:
        child.start()
        theirs.close()
        found = ours.recv()
        child.join()
    assert found["differences"] == [], found["differences"][:3]
    return Row(
        what=f"replay of {EVENTS:,} events from {source}, all views compared, one process",
        ours=EVENTS / found["seconds"],
        unit="events/s",
        goal=f"memory <= {GOAL_MB} MB whatever the history",
        reached=found["megabytes"] <= GOAL_MB,
        note=(
            f"{found['seconds']:.0f} s, {found['processor']:.0f} s of them this process's; "
            f"{found['megabytes']:.0f} MB; scratch {max(sizes):,.0f} MB"
        ),
    )


def rows() -> list[Row]:
    """Measure every source."""
    with sources(EVENTS) as (urls, bootstrap):
        return [row(urls, bootstrap, source) for source in SOURCES]
