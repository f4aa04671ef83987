"""A poison event delays only its own household, and says so."""

from uuid import UUID

import pytest
from msgspec.structs import replace
from sqlalchemy import Connection, Engine, text

from shared.ids import named
from shared.log.headers import headers_of
from shared.log.memory import MemoryLog
from shared.log.partition import partition_of
from shared.log.port import Outgoing
from shared.projector.loop import Consumer
from shared.projector.quarantine import HeldKey, held_keys, held_records, set_aside
from shared.recorded import Recorded
from tests.projector.conftest import PARTITIONS
from tests.support.records import Source, household
from tests.support.views import (
    POISON,
    REGISTRIES,
    consumer,
    drain,
    note,
    noted,
    rows,
    told,
    topics,
)

pytestmark = pytest.mark.servers

LANES = range(PARTITIONS)
SICK, WELL = household(1), household(2)


def held(engine: Engine) -> list[HeldKey]:
    with engine.connect() as connection:
        return held_keys(connection)


def waiting(engine: Engine, key: UUID = SICK) -> list[int]:
    with engine.connect() as connection:
        return [record.record.position for record in held_records(connection, key)]


def bad_json(source: Source) -> Outgoing:
    return source.event(SICK, data=b"{")


def unknown_type(source: Source) -> Outgoing:
    return source.event(SICK, type_="CaseForgotten")


def wrong_field(source: Source) -> Outgoing:
    return source.event(SICK, data=b'{"household_id":7}')


def broken_hash(source: Source) -> Outgoing:
    return replace(source.event(SICK), digest=bytes(32))


def changed_data(source: Source) -> Outgoing:
    outgoing = source.event(SICK, "a hundred")
    return replace(outgoing, data=outgoing.data.replace(b"a hundred", b"a million"))


def another_key(source: Source) -> Outgoing:
    return replace(source.event(household(9)), key=SICK)


def refused_by_the_view(source: Source) -> Outgoing:
    return source.event(SICK, POISON)


POISONS = {
    "bad json": (bad_json, "JSON is malformed|truncated"),
    "unknown type": (unknown_type, "UnknownEventError: households CaseForgotten version 1"),
    "wrong field": (wrong_field, "ValidationError"),
    "broken hash": (broken_hash, "ce_hash does not follow"),
    "changed data": (changed_data, "ce_hash does not follow"),
    "another key": (another_key, "the key is not the key in ce_meta"),
    "refused by the view": (refused_by_the_view, "ValueError: position 2 cannot be folded"),
}


@pytest.mark.parametrize("batch_size", [1, 500])
@pytest.mark.parametrize("kind", POISONS)
def test_only_the_household_of_a_poison_event_waits(
    engine: Engine, memory: MemoryLog, kind: str, batch_size: int
) -> None:
    make, reason = POISONS[kind]
    source = Source()
    memory.publish([source.event(SICK, "before"), make(source)])
    memory.publish([source.event(key, "after") for key in (WELL, SICK, WELL, SICK)])
    drain(consumer(engine, memory, LANES, batch_size=batch_size))
    [key] = held(engine)
    assert (key.key, key.records) == (SICK, 3)
    with pytest.raises(AssertionError, match=reason):
        raise AssertionError(key.reason)
    assert waiting(engine) == [2, 4, 6]
    assert noted(engine)[SICK] == ["households:1:before"]
    assert noted(engine)[WELL] == ["households:3:after", "households:5:after"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ce_position", b"-1"),
        ("ce_position", b"9" * 30),
        ("ce_hash", b"zz"),
        ("ce_id", b"another"),
        ("ce_source", b"/loans\x00"),
        ("ce_meta", b"\x00"),
    ],
    ids=["negative", "too many digits", "no hash", "other id", "other source", "no meta"],
)
def test_a_record_with_a_wrong_header_waits(
    engine: Engine, memory: MemoryLog, name: str, value: bytes
) -> None:
    sent = Source().event(SICK)
    headers = {**dict(headers_of(sent)), name: value}
    partition = partition_of(SICK, PARTITIONS)
    memory.put(sent.topic, partition, str(SICK).encode(), sent.data, headers.items())
    drain(consumer(engine, memory, LANES))
    assert [key.key for key in held(engine)] == [SICK]
    assert told(engine) == 0


def test_a_record_of_another_program_waits_under_a_key_of_its_own(
    engine: Engine, memory: MemoryLog
) -> None:
    source = Source()
    memory.put(source.topic, 0, b"\xff", None, [])
    memory.put(source.topic, 0, None, b"", [("ce_id", b"\x00\xff")])
    memory.publish(source.events(5))
    drain(consumer(engine, memory, LANES))
    assert {key.key for key in held(engine)} == {named("log-key:ff"), named("log-key:")}
    assert told(engine) == 5


def test_a_record_of_another_program_can_be_set_aside_with_a_reason(
    engine: Engine, memory: MemoryLog
) -> None:
    source = Source()
    memory.put(source.topic, partition_of(SICK, PARTITIONS), str(SICK).encode(), b"?", [])
    memory.publish([source.event(SICK, "mine")])
    reader = consumer(engine, memory, LANES)
    drain(reader)
    assert reader.release(SICK) == 0
    with engine.begin() as connection:
        foreign, ours = held_records(connection, SICK)
        assert set_aside(connection, foreign.seq, "a test of the broker")
        assert not set_aside(connection, ours.seq, "an event is never passed over")
    assert reader.release(SICK) == 1
    assert held(engine) == []
    assert noted(engine)[SICK] == ["households:1:mine"]
    assert rows(engine, "SELECT set_aside FROM held") == [("a test of the broker",)]


@pytest.mark.parametrize("batches", [1, 2])
def test_a_record_that_lies_about_its_position_hides_no_event_of_another_household(
    engine: Engine, memory: MemoryLog, batches: int
) -> None:
    lane = partition_of(SICK, PARTITIONS)
    twin = next(
        key for key in map(household, range(2, 999)) if partition_of(key, PARTITIONS) == lane
    )
    lie = Source().event(SICK, data=b"{")
    memory.put(lie.topic, lane, str(SICK).encode(), lie.data, headers_of(lie))
    true = Source().event(twin, "mine")
    assert true.position == lie.position
    reader = consumer(engine, memory, LANES)
    if batches > 1:
        drain(reader)
    memory.publish([true])
    drain(reader)
    assert [key.key for key in held(engine)] == [SICK]
    assert noted(engine)[twin] == ["households:1:mine"]


def healing(engine: Engine, memory: MemoryLog, poison: set[str]) -> Consumer:
    """A consumer whose view can be mended by emptying `poison`."""

    def step(connection: Connection, keys: list[UUID], recorded: list[Recorded]) -> None:
        note(connection, keys, recorded)
        for event in recorded:
            if event.event.note in poison:
                raise LookupError(f"no word for {event.event.note}")

    return Consumer(engine, memory, topics(), REGISTRIES, step, LANES)


def test_what_waits_is_released_in_order(engine: Engine, memory: MemoryLog) -> None:
    source, poison = Source(), {"2"}
    memory.publish([source.event(SICK, str(number)) for number in range(1, 6)])
    reader = healing(engine, memory, poison)
    drain(reader)
    assert [key.reason for key in held(engine)] == ["LookupError: no word for 2"]
    poison.clear()
    assert reader.release(SICK) == 4
    assert held(engine) == []
    assert noted(engine)[SICK] == [f"households:{number}:{number}" for number in range(1, 6)]
    assert told(engine) == 5
    memory.publish([source.event(SICK, "6")])
    drain(reader)
    assert told(engine) == 6


def test_a_release_goes_as_far_as_it_can(engine: Engine, memory: MemoryLog) -> None:
    source, poison = Source(), {"1", "4"}
    memory.publish([source.event(SICK, str(number)) for number in range(1, 6)])
    reader = healing(engine, memory, poison)
    drain(reader)
    poison.remove("1")
    assert reader.release(SICK) == 3
    [key] = held(engine)
    assert (key.reason, key.records) == ("LookupError: no word for 4", 2)
    assert waiting(engine) == [4, 5]
    assert told(engine) == 3


def test_releasing_a_key_that_does_not_wait_changes_nothing(
    engine: Engine, memory: MemoryLog
) -> None:
    assert consumer(engine, memory, LANES).release(SICK) == 0


def test_a_good_copy_published_again_mends_what_waits(engine: Engine, memory: MemoryLog) -> None:
    source = Source()
    good = source.event(SICK, "a hundred")
    later = source.event(SICK, "later")
    memory.publish([replace(good, data=good.data.replace(b"hundred", b"million")), later])
    reader = consumer(engine, memory, LANES)
    drain(reader)
    assert waiting(engine) == [1, 2]
    memory.publish([good, later])
    drain(reader)
    assert reader.release(SICK) == 2
    assert noted(engine)[SICK] == ["households:1:a hundred", "households:2:later"]
    assert told(engine) == 2


def test_a_key_waits_over_all_its_topics(engine: Engine, memory: MemoryLog) -> None:
    households, loans = Source(), Source("loans")
    memory.publish([bad_json(households)])
    reader = consumer(engine, memory, LANES)
    drain(reader)
    memory.publish([loans.event(SICK), loans.event(WELL)])
    drain(reader)
    assert [key.records for key in held(engine)] == [2]
    assert list(noted(engine)) == [WELL]


def test_a_statement_that_takes_too_long_makes_only_its_key_wait(
    engine: Engine, memory: MemoryLog
) -> None:
    def step(connection: Connection, keys: list[UUID], recorded: list[Recorded]) -> None:
        connection.execute(text("SET LOCAL statement_timeout = 100"))
        if SICK in keys:
            connection.execute(text("SELECT pg_sleep(60)"))
        note(connection, keys, recorded)

    source = Source()
    memory.publish([source.event(SICK), source.event(WELL)])
    drain(Consumer(engine, memory, topics(), REGISTRIES, step, LANES))
    assert [key.key for key in held(engine)] == [SICK]
    assert list(noted(engine)) == [WELL]
