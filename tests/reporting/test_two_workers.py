"""Two halves of a finding across households arrive in two workers at the same moment."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import pytest
from sqlalchemy import Connection, Engine, text

from services.reporting.projections.rebuild import rebuild
from services.reporting.projections.store import Change, Named, ViewStore
from services.reporting.rulebook import Rulebook
from shared.log.memory import MemoryLog
from shared.log.partition import partition_of
from tests.support.facts import Recorder, day, disbursed, uid
from tests.support.projecting import (
    PARTITIONS,
    contents,
    digest,
    memory_log,
    projector,
    publish,
)

pytestmark = pytest.mark.servers
WAIT_S = 60


def homes_in(lane: int, count: int) -> list[str]:
    names = (f"home {number}" for number in range(10_000))
    found = [name for name in names if partition_of(uid(name), PARTITIONS) == lane]
    return found[:count]


@contextmanager
def both_have_written(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let no worker judge before the other has written its own rows too."""
    barrier = threading.Barrier(2)
    real = ViewStore._judge

    def judge(
        self: ViewStore, connection: Connection, touched: Sequence[Named], book: Rulebook
    ) -> list[Change]:
        barrier.wait(WAIT_S)
        return real(self, connection, touched, book)

    with monkeypatch.context() as patched:
        patched.setattr(ViewStore, "_judge", judge)
        yield


def payees(engine: Engine) -> list[tuple[object, ...]]:
    with engine.begin() as connection:
        rows = connection.execute(
            text(
                "SELECT owner, cardinality(household_ids) FROM views.findings"
                " WHERE code = 'SHARED_PAYEE' ORDER BY owner, from_on"
            )
        )
        return [tuple(row) for row in rows]


def made_known(engine: Engine, log: MemoryLog, recorder: Recorder) -> None:
    """Let each payee have been paid long ago: then there are rows of theirs to be locked."""
    for number, name in enumerate(homes_in(0, 9)[6:]):
        long_ago = disbursed(
            day(-200),
            paid=uid(f"paid {name}"),
            loan=uid(f"loan {name}"),
            home=uid(name),
            account=f"h1:{number}",
        )
        publish(log, [recorder.record(long_ago)])
    while projector(engine, log, lanes=[0]).run_once():
        pass


@pytest.mark.parametrize("known", [False, True])
def test_neither_worker_misses_the_others_half(
    engine: Engine, monkeypatch: pytest.MonkeyPatch, *, known: bool
) -> None:
    log, recorder = memory_log(), Recorder()
    if known:
        made_known(engine, log, recorder)
    for lane in (0, 1):
        events = [
            disbursed(
                day(lane),
                paid=uid(f"paid {name}"),
                loan=uid(f"loan {name}"),
                home=uid(name),
                account=f"h1:{number % 3}",
            )
            for number, name in enumerate(homes_in(lane, 6))
        ]
        # the other way round in the other lane: without one order of locks they would dead-lock
        publish(log, [recorder.record(event) for event in (events, events[::-1])[lane]])
    failures: list[BaseException] = []

    def work(lane: int) -> None:
        consumer = projector(engine, log, lanes=[lane])
        try:
            while consumer.run_once():
                pass
        except BaseException as problem:  # noqa: BLE001 - told to the test
            failures.append(problem)

    with both_have_written(monkeypatch):
        threads = [threading.Thread(target=work, args=(lane,)) for lane in (0, 1)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert not failures
    assert payees(engine) == [
        ("payee|h1:0", 2),
        ("payee|h1:0", 4),
        ("payee|h1:1", 2),
        ("payee|h1:1", 4),
        ("payee|h1:2", 2),
        ("payee|h1:2", 4),
    ]
    before = (digest(engine), contents(engine))
    assert rebuild(engine, PARTITIONS).equal
    assert (digest(engine), contents(engine)) == before
