"""Each record has its effect once, in its key's order, whatever is repeated, late or lost."""

import threading
from uuid import UUID

import pytest
from msgspec.structs import replace
from sqlalchemy import Connection, Engine, text

from shared.ids import named
from shared.log.memory import MemoryLog
from shared.log.port import OffsetLost, Outgoing
from shared.projector.failures import ForkedHistory
from shared.projector.journal import read_journal, scan_journal
from shared.projector.loop import Consumer, lanes_of
from shared.projector.offsets import restart
from shared.recorded import Recorded
from tests.projector.conftest import PARTITIONS
from tests.support.records import Source, household
from tests.support.servers import eventually
from tests.support.views import REGISTRIES, consumer, drain, note, noted, rows, told, topics

pytestmark = pytest.mark.servers

LANES = range(PARTITIONS)


def expected(sent: list[Outgoing]) -> dict[UUID, list[str]]:
    notes: dict[UUID, list[str]] = {}
    for number, outgoing in enumerate(sent):
        source = outgoing.topic.removesuffix(".events")
        notes.setdefault(outgoing.key, []).append(f"{source}:{outgoing.position}:note {number}")
    return notes


@pytest.mark.parametrize("batch_size", [1, 7, 500])
def test_every_event_is_told_once_and_in_order(
    engine: Engine, memory: MemoryLog, batch_size: int
) -> None:
    sent = Source().events(40)
    memory.publish(sent)
    reader = consumer(engine, memory, LANES, batch_size=batch_size)
    assert drain(reader) == 40
    assert noted(engine) == expected(sent)
    assert told(engine) == 40


def test_the_journal_holds_what_was_read(engine: Engine, memory: MemoryLog) -> None:
    source = Source()
    sent = [source.event(household(1), str(number)) for number in range(3)]
    memory.publish([*sent, source.event(household(2))])
    drain(consumer(engine, memory, LANES))
    with engine.connect() as connection:
        read = read_journal(connection, household(1), REGISTRIES)
        scanned = dict(scan_journal(connection, REGISTRIES))
        assert read_journal(connection, household(3), REGISTRIES) == []
    assert [event.position for event in read] == [1, 2, 3]
    assert [(e.meta_bytes, e.data, e.digest) for e in read] == [
        (o.meta, o.data, o.digest) for o in sent
    ]
    assert scanned[household(1)] == read
    assert set(scanned) == {household(1), household(2)}


def test_reading_goes_on_where_another_process_stopped(engine: Engine, memory: MemoryLog) -> None:
    source = Source()
    memory.publish(source.events(5))
    drain(consumer(engine, memory, LANES))
    memory.publish(source.events(5))
    assert drain(consumer(engine, memory, LANES)) == 5
    assert told(engine) == 10


def test_what_is_published_again_is_dropped(engine: Engine, memory: MemoryLog) -> None:
    sent = Source().events(10)
    for part in (sent[:6], sent[3:], sent):
        memory.publish(part)
    assert drain(consumer(engine, memory, LANES)) == 6 + 7 + 10
    assert told(engine) == 10
    memory.publish(sent)
    drain(consumer(engine, memory, LANES))
    assert noted(engine) == expected(sent)
    assert told(engine) == 10


def test_an_event_that_comes_late_is_not_taken_for_a_duplicate(
    engine: Engine, memory: MemoryLog
) -> None:
    first, second, third = (Source().events(3, households=1)[n] for n in range(3))
    memory.publish([first, third])
    reader = consumer(engine, memory, LANES)
    drain(reader)
    memory.publish([first, second, third, second])
    drain(reader)
    assert noted(engine) == expected([first, second, third])
    assert told(engine) == 3


def test_two_events_in_one_place_stop_the_reader(engine: Engine, memory: MemoryLog) -> None:
    memory.publish([Source().event(household(1))])
    reader = consumer(engine, memory, LANES)
    drain(reader)
    other = Source()
    other.event(household(1))
    other.position, other._streams = 0, {}
    forged = other.event(household(1), "another past")
    meta = forged.meta.replace(str(named("households-1")).encode(), str(named("x")).encode())
    memory.publish([replace(forged, meta=meta)])
    for _ in range(2):
        with pytest.raises(ForkedHistory, match="households position 1"):
            reader.run_once()
    assert told(engine) == 1


def test_one_event_in_two_places_stops_the_reader(engine: Engine, memory: MemoryLog) -> None:
    source = Source()
    event = source.event(household(1))
    memory.publish([event, replace(event, position=2)])
    with pytest.raises(ForkedHistory, match="already exists"):
        drain(consumer(engine, memory, LANES))
    assert rows(engine, "SELECT * FROM journal") == []


def test_a_reader_that_was_overtaken_changes_nothing(engine: Engine, memory: MemoryLog) -> None:
    source = Source()
    memory.publish(source.events(4))
    slow, fast = (consumer(engine, memory, LANES) for _ in range(2))
    assert slow.run_once() == 4
    memory.publish(source.events(4))
    assert fast.run_once() == 4
    assert slow.run_once() == 0
    assert slow.fences == 1
    memory.publish(source.events(4))
    assert slow.run_once() == 4
    assert told(engine) == 12


def test_two_readers_of_the_same_lanes_tell_each_event_once(
    engine: Engine, memory: MemoryLog
) -> None:
    stop = threading.Event()
    readers = [consumer(engine, memory, LANES, batch_size=3) for _ in range(2)]
    threads = [threading.Thread(target=reader.run, args=[stop]) for reader in readers]
    for thread in threads:
        thread.start()
    source = Source()
    sent: list[Outgoing] = []
    for _ in range(30):
        sent += (more := source.events(5))
        memory.publish(more)
    eventually(lambda: told(engine) == 150)
    stop.set()
    for reader, thread in zip(readers, threads, strict=True):
        reader.wake()
        thread.join()
    assert told(engine) == 150
    assert sum(map(len, noted(engine).values())) == 150


def test_workers_share_the_lanes(engine: Engine, memory: MemoryLog) -> None:
    assert [list(lanes_of(worker, 2, 5)) for worker in range(2)] == [[0, 2, 4], [1, 3]]
    memory.publish(Source().events(30, households=10))
    read = [drain(consumer(engine, memory, lanes_of(w, 2, PARTITIONS))) for w in range(2)]
    assert sum(read) == 30
    assert all(read)


def test_nothing_is_kept_of_a_batch_that_failed(engine: Engine, memory: MemoryLog) -> None:
    memory.publish(Source().events(3))
    stops = True

    def step(connection: Connection, keys: list[UUID], recorded: list[Recorded]) -> None:
        note(connection, keys, recorded)
        if stops:
            connection.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))

    reader = Consumer(engine, memory, topics(), REGISTRIES, step, LANES)
    with pytest.raises(Exception, match="terminating connection"):
        reader.run_once()
    assert rows(engine, "SELECT sum(next_offset) FROM consumed") == [(0,)]
    assert told(engine) == 0
    stops = False
    drain(reader)
    assert told(engine) == 3


def test_an_outage_is_waited_out(engine: Engine, memory: MemoryLog) -> None:
    memory.publish(Source().events(3))
    outages = 2

    def step(connection: Connection, keys: list[UUID], recorded: list[Recorded]) -> None:
        nonlocal outages
        if outages:
            outages -= 1
            connection.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))
        note(connection, keys, recorded)

    stop = threading.Event()
    reader = Consumer(engine, memory, topics(), REGISTRIES, step, LANES)
    thread = threading.Thread(target=reader.run, args=[stop])
    thread.start()
    eventually(lambda: told(engine) == 3)
    stop.set()
    reader.wake()
    thread.join()
    assert outages == 0


def test_a_log_that_lost_its_records_is_said_and_waited_for(
    engine: Engine, memory: MemoryLog, caplog: pytest.LogCaptureFixture
) -> None:
    source = Source()
    sent = source.events(9)
    memory.publish(sent[:7])
    drain(consumer(engine, memory, LANES))
    anew = MemoryLog()
    anew.ensure_topics(topics().values(), PARTITIONS)
    with pytest.raises(OffsetLost, match="giamngheo recover"):
        consumer(engine, anew, LANES).run_once()
    stop = threading.Event()
    reader = consumer(engine, anew, LANES)
    thread = threading.Thread(target=reader.run, args=[stop])
    thread.start()
    eventually(lambda: "somebody to put the log right" in caplog.text)
    anew.publish(sent)
    with engine.begin() as connection:
        restart(connection, source.topic)
    eventually(lambda: told(engine) == 9)
    stop.set()
    reader.wake()
    thread.join()
    assert noted(engine) == expected(sent)


def test_a_topic_that_was_published_anew_is_read_again(engine: Engine, memory: MemoryLog) -> None:
    source = Source()
    sent = source.events(9)
    memory.publish(sent[:7])
    drain(consumer(engine, memory, LANES))
    anew = MemoryLog()
    anew.ensure_topics(topics().values(), PARTITIONS)
    anew.publish(sent)
    with engine.begin() as connection:
        restart(connection, source.topic)
    assert drain(consumer(engine, anew, LANES)) == 9
    assert noted(engine) == expected(sent)
    assert told(engine) == 9
