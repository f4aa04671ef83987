"""Two halves of a finding across households arrive in two workers at the same moment."""

import itertools
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import pytest
from sqlalchemy import Connection, Engine, text

from services.reporting.detection.query import Sight, Times, Wanted
from services.reporting.domain.rulebook import Rulebook
from services.reporting.projections.rebuild import rebuild
from services.reporting.projections.subjects import Judging, Named
from services.reporting.projections.writing import Change
from services.reporting.queries.past import find_past
from shared.areas import Scope
from shared.codec import canonical
from shared.log.memory import MemoryLog
from shared.log.partition import partition_of
from tests.support.facts import Recorder, applied, day, disbursed, uid
from tests.support.projecting import (
    PARTITIONS,
    contents,
    digest,
    memory_log,
    projector,
    publish,
)
from tests.support.servers import eventually

pytestmark = pytest.mark.servers
WAIT_S = 60


def homes_in(lane: int, count: int) -> list[str]:
    names = (f"home {number}" for number in range(10_000))
    found = [name for name in names if partition_of(uid(name), PARTITIONS) == lane]
    return found[:count]


def somebody_waits(engine: Engine) -> bool:
    with engine.connect() as connection:
        waiting = connection.execute(
            text(
                "SELECT EXISTS (SELECT FROM pg_stat_activity"
                " WHERE datname = current_database() AND wait_event_type = 'Lock')"
            )
        )
        return bool(waiting.scalar_one())


@contextmanager
def both_at_the_same_moment(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let no worker judge before the other has written its own rows too.

    Nor commit before the other has judged as well, or waits for this one's locks.
    """
    barrier = threading.Barrier(2)
    begun, judged = itertools.count(), list[int]()
    real = Judging.judge

    def judge(
        self: Judging, connection: Connection, named: Sequence[Named], book: Rulebook
    ) -> list[Change]:
        barrier.wait(WAIT_S)
        both = next(begun) // 2 * 2 + 2
        changes = real(self, connection, named, book)
        judged.append(1)
        eventually(lambda: len(judged) >= both or somebody_waits(engine))
        return changes

    with monkeypatch.context() as patched:
        patched.setattr(Judging, "judge", judge)
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


def both_at_once(engine: Engine, log: MemoryLog, monkeypatch: pytest.MonkeyPatch) -> None:
    failures: list[BaseException] = []

    def work(lane: int) -> None:
        consumer = projector(engine, log, lanes=[lane])
        try:
            while consumer.run_once():
                pass
        except BaseException as problem:  # noqa: BLE001 - told to the test
            failures.append(problem)

    with both_at_the_same_moment(engine, monkeypatch):
        threads = [threading.Thread(target=work, args=(lane,)) for lane in (0, 1)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert not failures


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
    both_at_once(engine, log, monkeypatch)
    assert payees(engine) == [
        ("payee|h1:0", 2),
        ("payee|h1:0", 4),
        ("payee|h1:1", 2),
        ("payee|h1:1", 4),
        ("payee|h1:2", 2),
        ("payee|h1:2", 4),
    ]
    rebuilt_is_the_same(engine)


def rebuilt_is_the_same(engine: Engine) -> None:
    before = (digest(engine), contents(engine))
    assert rebuild(engine, PARTITIONS).equal
    assert (digest(engine), contents(engine)) == before


def past_is_the_same(engine: Engine, name: str) -> None:
    """Judged anew from the journals, of one household or of all, it is what the views hold."""
    times, sight, scope = Times(valid_at=day(1)), Sight(everything=True), Scope(everything=True)
    with engine.begin() as connection:
        bodies = connection.execute(
            text("SELECT body FROM views.findings WHERE code = 'GROUP_CLUSTER' AND from_on = :on"),
            {"on": day(0)},
        ).scalars()
        live = [bytes(body) for body in bodies]
        for home in (None, uid(name)):
            wanted = Wanted(codes=frozenset({"GROUP_CLUSTER"}), household_id=home)
            found = find_past(connection, times, wanted, sight, scope)
            assert [canonical(each.shown) for each in found] == live


def paid_to(name: str, account: str) -> object:
    return disbursed(
        day(0), paid=uid(f"paid {name}"), loan=uid(f"loan {name}"), home=uid(name), account=account
    )


def of_group(name: str) -> object:
    return applied(on=day(0), group=uid("group"), loan=uid(f"loan {name}"), home=uid(name))


@pytest.mark.parametrize("first", ["nothing", "payments", "groups"])
def test_a_cluster_built_on_shared_payees_sees_both_halves(
    engine: Engine, monkeypatch: pytest.MonkeyPatch, first: str
) -> None:
    """The group's loans come to one worker; who was paid with them, to the other."""
    log, recorder = memory_log(), Recorder()
    own, others = homes_in(0, 5), homes_in(1, 3)
    accounts = [f"h1:{min(number, 3)}" for number in range(5)]
    payments = [paid_to(*each) for each in zip(own, accounts, strict=True)]
    groups = [of_group(name) for name in own]
    early = {"nothing": [], "payments": payments, "groups": groups}[first]
    late = [each for each in (*groups, *payments) if each not in early]
    publish(log, [recorder.record(each) for each in early])
    while early and projector(engine, log, lanes=[0]).run_once():
        pass
    publish(log, [recorder.record(each) for each in late])
    elsewhere = [paid_to(*each) for each in zip(others, accounts, strict=False)]
    publish(log, [recorder.record(each) for each in elsewhere])
    both_at_once(engine, log, monkeypatch)
    with engine.begin() as connection:
        found = connection.execute(
            text(
                "SELECT cardinality(household_ids), opened_on FROM views.findings"
                " WHERE code = 'GROUP_CLUSTER' AND status = 'open'"
            )
        ).all()
    assert [tuple(row) for row in found] == [(8, day(0))]
    past_is_the_same(engine, own[0])
    rebuilt_is_the_same(engine)
