"""A reader killed or stopped anywhere, and servers that go away: every event is told once."""

import multiprocessing
import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import Engine, create_engine
from sqlalchemy.engine import make_url

from deploy.bundled import postgres
from shared.database import engine as connect
from shared.log.memory import MemoryLog
from shared.projector.failures import is_outage
from shared.projector.loop import Consumer
from tests.projector.conftest import PARTITIONS
from tests.support.records import Source, household
from tests.support.servers import eventually
from tests.support.views import SOURCES, consumer, drain, make_tables, noted, rows, told

pytestmark = [pytest.mark.servers, pytest.mark.faults]

LANES = range(PARTITIONS)
FORK = multiprocessing.get_context("fork")
LIMITS = "-c idle_in_transaction_session_timeout=200 -c transaction_timeout=1000"
"""How long the server waits for a stopped reader that holds a lock; the second, in a pipeline."""


@contextmanager
def hurting_at(moment: int, sent: signal.Signals) -> Iterator[None]:
    """Send this process a signal before it awaits the server for the n-th time."""
    wait = psycopg.Connection.wait
    waits = 0

    def counted(self: psycopg.Connection[Any], *arguments: Any, **options: Any) -> Any:
        nonlocal waits
        waits += 1
        if waits == moment:
            os.kill(os.getpid(), sent)
        return wait(self, *arguments, **options)

    psycopg.Connection.wait = counted  # type: ignore[method-assign] # this process ends with it
    yield


def reading(url: str, log: MemoryLog, moment: int, sent: signal.Signals) -> BaseProcess:
    """Start a reader that is hurt at a moment; it ends well if it was not, or went on."""

    def read() -> None:
        url_ = make_url(url).set(drivername="postgresql+psycopg")
        engine = create_engine(url_, connect_args={"options": LIMITS})
        reader = consumer(engine, log, LANES)
        with hurting_at(moment, sent):
            drain_through_outages(reader)

    process = FORK.Process(target=read)
    process.start()
    return process


def drain_through_outages(reader: Consumer) -> None:
    while True:
        try:
            drain(reader)
        except Exception as problem:
            if not is_outage(problem):
                raise
        else:
            break


def publish_some(log: MemoryLog, sources: dict[str, Source]) -> int:
    for source in sources.values():
        log.publish([source.event(household(number)) for number in (1, 2, 1)])
    return sum(source.position for source in sources.values())


def test_a_reader_killed_before_any_word_with_the_server_leaves_no_trace(
    engine: Engine, memory: MemoryLog, postgres_url: str
) -> None:
    sources = {name: Source(name) for name in SOURCES}
    for moment in range(1, 100):
        total = publish_some(memory, sources)
        process = reading(postgres_url, memory, moment, signal.SIGKILL)
        process.join()
        assert told(engine) in {total - 6, total}
        drain(consumer(engine, memory, LANES))
        assert told(engine) == total
        if process.exitcode == 0:
            break
    assert moment > 8
    assert sum(map(len, noted(engine).values())) == total


def test_a_reader_stopped_before_any_word_with_the_server_is_overtaken_safely(
    engine: Engine, memory: MemoryLog, postgres_url: str
) -> None:
    sources = {name: Source(name) for name in SOURCES}
    for moment in range(1, 100):
        total = publish_some(memory, sources)
        process = reading(postgres_url, memory, moment, signal.SIGSTOP)
        try:
            stopped = was_stopped(process)
            overtake(engine, memory)
            assert told(engine) == total
        finally:
            os.kill(process.pid or 0, signal.SIGCONT)
            process.join()
        assert process.exitcode == 0
        if not stopped:
            break
        assert told(engine) == total
    assert moment > 8


def was_stopped(process: BaseProcess) -> bool:
    """Wait until a process has stopped or ended, and leave it to be joined."""
    how = os.waitid(os.P_PID, process.pid or 0, os.WSTOPPED | os.WEXITED | os.WNOWAIT)
    return how is not None and how.si_code == os.CLD_STOPPED


def overtake(engine: Engine, memory: MemoryLog) -> None:
    reader = consumer(engine, memory, LANES)
    fences = -1
    while fences < reader.fences:
        fences = reader.fences
        drain_through_outages(reader)


@pytest.fixture
def own_postgres(tmp_path: Path) -> Iterator[list[postgres.RunningPostgres]]:
    running = [postgres.start(tmp_path / "postgres")]
    yield running
    running[-1].stop()


def test_a_killed_database_server_loses_and_repeats_nothing(
    own_postgres: list[postgres.RunningPostgres], memory: MemoryLog
) -> None:
    first = connect(own_postgres[0].url())
    make_tables(first)
    first.dispose()
    engine = connect(own_postgres[0].url(), durable=False)
    source = Source()
    stop = threading.Event()
    reader = consumer(engine, memory, LANES, batch_size=5)
    thread = threading.Thread(target=reader.run, args=[stop])
    thread.start()
    try:
        memory.publish(source.events(300))
        eventually(lambda: told(engine) > 0)
        own_postgres[0].kill()
        memory.publish(source.events(300))
        own_postgres.append(postgres.start(own_postgres[0].data_dir, port=own_postgres[0].port))

        def all_told() -> bool:
            with suppress(Exception):
                return told(engine) == 600
            return False

        eventually(all_told)
    finally:
        stop.set()
        reader.wake()
        thread.join()
    assert told(engine) == 600
    assert rows(engine, "SELECT count(*) FROM journal") == [(600,)]
    engine.dispose()
