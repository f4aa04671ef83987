"""What every adapter of the log promises."""

import threading
from collections.abc import Iterable
from itertools import groupby

import msgspec
import pytest

from shared.ids import named
from shared.log.partition import partition_of
from shared.log.port import Log, LogReader, OffsetLost, Outgoing, Record, WrongTopic
from tests.support.records import Source, household

PARTITIONS = 3
AWAITED = 60.0


@pytest.fixture
def source(log: Log, topic_prefix: str) -> Source:
    made = Source(prefix=topic_prefix)
    log.ensure_topics([made.topic], PARTITIONS)
    return made


def read(reader: LogReader, count: int, max_records: int = 1000) -> list[Record]:
    found: list[Record] = []
    while len(found) < count:
        polled = reader.poll(AWAITED, max_records)
        assert polled, f"{len(found)} of {count} came"
        assert len(polled) <= max_records
        found += polled
    return found


def everything(log: Log, source: Source) -> LogReader:
    return log.reader([source.topic], range(PARTITIONS))


def by_key(positions: Iterable[Record | Outgoing]) -> dict[str, list[int]]:
    ordered = sorted(positions, key=lambda record: str(record.key))
    return {
        key: [record.position for record in records]
        for key, records in groupby(ordered, lambda record: str(record.key))
    }


def test_what_is_published_is_read_back_to_the_byte(log: Log, source: Source) -> None:
    sent = source.event(household(1), "một ghi chú")
    log.publish([sent])
    reader = everything(log, source)
    [record] = read(reader, 1)
    reader.close()
    assert (record.key, record.position, record.source) == (sent.key, 1, "households")
    assert (record.meta, record.data, record.digest) == (sent.meta, sent.data, sent.digest)
    assert (record.topic, record.offset) == (source.topic, 0)


def test_the_mark_of_a_command_travels_beside_its_event(log: Log, source: Source) -> None:
    sent = msgspec.structs.replace(source.event(household(1)), mark=b'{"any":"mark"}')
    log.publish([sent])
    record = log.last(source.topic, partition_of(sent.key, PARTITIONS))
    assert record is not None
    assert dict(record.headers)["ce_commandmark"] == sent.mark


def test_an_event_travels_under_the_headers_of_the_contract(log: Log, source: Source) -> None:
    sent = source.event(household(1))
    log.publish([sent])
    record = log.last(source.topic, partition_of(sent.key, PARTITIONS))
    assert record is not None
    key, id_ = str(sent.key).encode(), str(named("households-1")).encode()
    assert record.headers == (
        ("ce_specversion", b"1.0"),
        ("ce_id", id_),
        ("ce_source", b"/households"),
        ("ce_type", b"vn.giamngheo.households.CaseNoted"),
        ("ce_subject", b"household-" + key),
        ("ce_time", b"2025-03-03T05:00:00Z"),
        ("ce_occurredon", b"2025-03-03"),
        ("ce_partitionkey", key),
        ("ce_streamversion", b"1"),
        ("ce_position", b"1"),
        ("ce_schemaversion", b"1"),
        ("ce_actor", b"officer"),
        ("ce_hash", sent.digest.hex().encode()),
        ("ce_meta", sent.meta),
        ("content-type", b"application/json"),
    )


def test_the_order_of_each_key_is_kept(log: Log, source: Source) -> None:
    sent = source.events(200, households=7)
    log.publish(sent[:1])
    log.publish(sent[1:150])
    log.publish(sent[150:])
    reader = everything(log, source)
    assert by_key(read(reader, 200)) == by_key(sent)
    reader.close()


def test_a_key_is_in_the_partition_that_is_pinned_for_it(log: Log, source: Source) -> None:
    sent = source.events(20, households=20)
    log.publish(sent)
    reader = everything(log, source)
    for record in read(reader, 20):
        assert record.partition == partition_of(record.key, PARTITIONS)
    reader.close()


def test_offsets_are_dense_in_each_partition(log: Log, source: Source) -> None:
    log.publish(source.events(60))
    reader = everything(log, source)
    found = read(reader, 60, max_records=7)
    reader.close()
    for partition in range(PARTITIONS):
        offsets = [record.offset for record in found if record.partition == partition]
        assert offsets == list(range(len(offsets)))
    assert log.ends(source.topic) == {
        partition: sum(record.partition == partition for record in found)
        for partition in range(PARTITIONS)
    }


def test_reading_starts_where_it_is_told(log: Log, source: Source) -> None:
    log.publish([source.event(household(1), str(number)) for number in range(10)])
    partition = partition_of(household(1), PARTITIONS)
    reader = log.reader([source.topic], [partition])
    reader.seek(source.topic, partition, 7)
    assert [record.position for record in read(reader, 3)] == [8, 9, 10]
    reader.seek(source.topic, partition, 9)
    assert [record.position for record in read(reader, 1)] == [10]
    reader.close()


def test_a_reader_of_some_partitions_sees_no_other(log: Log, source: Source) -> None:
    log.publish(source.events(40, households=12))
    wanted = log.ends(source.topic)[1]
    reader = log.reader([source.topic], [1])
    assert {record.partition for record in read(reader, wanted)} == {1}
    assert reader.poll(0, 10) == []
    reader.close()


def test_several_topics_are_read_together(log: Log, topic_prefix: str) -> None:
    sources = [Source(name, topic_prefix) for name in ("households", "loans")]
    log.ensure_topics([source.topic for source in sources], PARTITIONS)
    for source in sources:
        log.publish(source.events(10))
    reader = log.reader([source.topic for source in sources], range(PARTITIONS))
    found = read(reader, 20)
    reader.close()
    assert sorted((record.source, record.position) for record in found) == [
        (name, position) for name in ("households", "loans") for position in range(1, 11)
    ]


def test_a_waiting_reader_is_given_what_comes(log: Log, source: Source) -> None:
    reader = everything(log, source)
    assert reader.poll(0, 10) == []
    log.publish(source.events(1))
    assert len(read(reader, 1)) == 1
    reader.close()


def test_a_waiting_reader_can_be_woken(log: Log, source: Source) -> None:
    reader = everything(log, source)
    waker = threading.Thread(target=reader.wake)
    waker.start()
    assert reader.poll(AWAITED, 10) == []
    waker.join()
    reader.close()


def test_an_offset_that_is_not_there_is_said(log: Log, source: Source) -> None:
    log.publish(source.events(3, households=1))
    partition = partition_of(household(0), PARTITIONS)
    reader = log.reader([source.topic], [partition])
    reader.seek(source.topic, partition, 4)
    with pytest.raises(OffsetLost, match="giamngheo recover"):
        read(reader, 1)
    reader.close()


def test_an_empty_partition_has_no_last_record(log: Log, source: Source) -> None:
    assert log.last(source.topic, 0) is None


def test_the_last_record_of_a_partition_is_found(log: Log, source: Source) -> None:
    log.publish([source.event(household(1), str(number)) for number in range(5)])
    partition = partition_of(household(1), PARTITIONS)
    for _ in range(2):
        record = log.last(source.topic, partition)
        assert record is not None
        assert record.position == 5


def test_topics_that_exist_are_left_alone(log: Log, source: Source) -> None:
    log.publish(source.events(4))
    log.ensure_topics([source.topic], PARTITIONS)
    assert sum(log.ends(source.topic).values()) == 4


@pytest.mark.parametrize("wanted", [PARTITIONS - 1, PARTITIONS + 1])
def test_another_number_of_partitions_is_refused(log: Log, source: Source, wanted: int) -> None:
    with pytest.raises(WrongTopic, match=f"{PARTITIONS} partitions"):
        log.ensure_topics([source.topic], wanted)


def test_publishing_goes_on_after_a_reopening(log: Log, source: Source) -> None:
    sent = source.events(10)
    log.publish(sent[:5])
    log.reopen()
    log.publish(sent[5:])
    reader = everything(log, source)
    assert by_key(read(reader, 10)) == by_key(sent)
    reader.close()
