"""What every event store promises, on each adapter."""

import threading
from collections.abc import Iterator
from datetime import timedelta

import pytest

from shared.ids import named
from shared.store.memory import MemoryStore
from shared.store.port import Append, EventStore, IdTaken, VersionConflict
from shared.store.postgres import PostgresStore
from tests.support.records import NOON, registry
from tests.support.store import by_officer, ids, mark, new, postgres_store, several, stream
from tests.support.streams import broken_link


@pytest.fixture(params=["memory", pytest.param("postgres", marks=pytest.mark.servers)])
def store(request: pytest.FixtureRequest) -> Iterator[EventStore]:
    if request.param == "memory":
        yield MemoryStore(registry())
        return
    with postgres_store(request.getfixturevalue("postgres_url")) as made:
        yield made


def test_what_was_appended_is_read_back(store: EventStore) -> None:
    with store.transaction() as work:
        appended = work.append(stream(), 0, several("a", "b"), by_officer())
    with store.transaction() as work:
        history = work.read(stream())
    assert history == appended
    assert [each.meta.version for each in history] == [1, 2]
    assert broken_link(history) is None


def test_a_stream_that_does_not_exist_is_empty(store: EventStore) -> None:
    with store.transaction() as work:
        assert work.read(stream()) == []
    assert store.read_stream(stream()) == []


def test_the_chain_goes_on_from_one_command_to_the_next(store: EventStore) -> None:
    with store.transaction() as work:
        work.append(stream(), 0, several("a"), by_officer())
        work.append(stream(), 1, several("b"), by_officer())
    with store.transaction() as work:
        work.append(stream(), 2, several("c"), by_officer())
    with store.transaction() as work:
        work.read(stream())
        work.append(stream(), 3, several("d"), by_officer())
        history = work.read(stream())
    assert len(history) == 4
    assert broken_link(history) is None


def test_nothing_is_recorded_before_the_last_of_its_stream(store: EventStore) -> None:
    early = by_officer(NOON - timedelta(hours=1))
    with store.transaction() as work:
        work.append(stream(), 0, several("a"), by_officer())
        (later,) = work.append(stream(), 1, several("b"), early)
        (other,) = work.append(stream(2), 0, several("c", number=2), early)
    assert later.meta.recorded_at == NOON
    assert other.meta.recorded_at == NOON - timedelta(hours=1)


@pytest.mark.parametrize("expected", [0, 2])
@pytest.mark.parametrize("loaded", [False, True])
def test_another_version_than_expected_is_a_conflict(
    store: EventStore, expected: int, *, loaded: bool
) -> None:
    with store.transaction() as work:
        work.append(stream(), 0, several("a"), by_officer())
    with store.transaction() as work:
        if loaded:
            work.read(stream())
        with pytest.raises(VersionConflict), work.savepoint():
            work.append(stream(), expected, several("b"), by_officer())
    assert len(store.read_stream(stream())) == 1


def test_an_event_id_is_taken_once(store: EventStore) -> None:
    with store.transaction() as work:
        work.append(stream(), 0, several("a"), by_officer())
    with pytest.raises(IdTaken) as refused, store.transaction() as work:
        work.append(stream(2), 0, several("a", number=2), by_officer())
    assert refused.value.id == named("a")


def test_a_made_id_is_taken_once_and_leads_to_its_command(store: EventStore) -> None:
    with store.transaction() as work:
        made = work.append(stream(), 0, several("a", "b"), by_officer(), mark(None), ids("x", "y"))
        work.append(stream(), 2, several("c"), by_officer())
    with pytest.raises(IdTaken) as refused, store.transaction() as work:
        work.append(stream(2), 0, several("d", number=2), by_officer(), None, ids("z", "y"))
    assert refused.value.id == named("y")
    with store.transaction() as work:
        found = work.find_made(named("x"))
        assert work.find_made(named("z")) is None
    assert found is not None
    assert found.events == made
    assert (found.fingerprint, found.content) == (b"fingerprint", b"content")


def test_a_command_is_found_by_its_key_with_all_its_events(store: EventStore) -> None:
    with store.transaction() as work:
        work.append(stream(), 0, several("a"), by_officer(), mark(b"one"))
        both = work.append(stream(), 1, several("b", "c"), by_officer(), mark(b"two", b"other"))
    with store.transaction() as work:
        found = work.find_command(b"two")
        assert work.find_command(b"three") is None
        assert set(work.find_commands([b"one", b"two", b"three"])) == {b"one", b"two"}
    assert found is not None
    assert (found.events, found.content) == (both, b"other")


def test_opening_a_command_is_locking_looking_up_and_reading(store: EventStore) -> None:
    with store.transaction() as work:
        assert work.open_command(b"one", stream()) == (True, None, [])
        recorded = work.append(stream(), 0, [new("a")], by_officer(), mark(b"one"), ids("x"))
    with store.transaction() as work:
        free, found, history = work.open_command(b"one", stream())
        assert free
        assert found is not None
        assert found.events == history == recorded
        (more,) = work.append(stream(), 1, [new("b")], by_officer())
    assert more.meta.version == 2


def test_a_command_key_is_used_once(store: EventStore) -> None:
    with store.transaction() as work:
        work.append(stream(), 0, several("a"), by_officer(), mark(b"one"))
    with pytest.raises(VersionConflict), store.transaction() as work:
        work.append(stream(2), 0, several("b", number=2), by_officer(), mark(b"one"))
    assert store.read_stream(stream(2)) == []


def test_a_command_without_events_leaves_nothing(store: EventStore) -> None:
    with store.transaction() as work:
        assert work.append(stream(), 0, [], by_officer(), mark(b"one"), ids("x")) == []
    with store.transaction() as work:
        assert work.find_command(b"one") is None
        assert work.find_made(named("x")) is None


def test_an_exception_leaves_nothing(store: EventStore) -> None:
    def fail() -> None:
        with store.transaction() as work:
            work.append(stream(), 0, several("a"), by_officer())
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert store.read_stream(stream()) == []


def test_a_savepoint_undoes_its_own_part_only(store: EventStore) -> None:
    with store.transaction() as work:
        work.append(stream(), 0, several("a"), by_officer())
        with pytest.raises(IdTaken), work.savepoint():
            work.append_all(
                [
                    Append(stream(), 1, several("b"), by_officer()),
                    Append(stream(2), 0, several("b", number=2), by_officer()),
                ]
            )
        work.append(stream(), 1, several("c"), by_officer())
    history = store.read_stream(stream())
    assert [each.meta.event_id for each in history] == ids("a", "c")
    assert broken_link(history) is None
    assert store.read_stream(stream(2)) == []


def test_many_commands_are_appended_at_once(store: EventStore) -> None:
    with store.transaction() as work:
        first = work.append(stream(), 0, several("a"), by_officer(), mark(b"one"))
    commands = [
        Append(stream(), 1, several("b", "c"), by_officer(), mark(b"two"), ids("x")),
        Append(stream(2), 0, several("d", number=2), by_officer(), mark(b"three")),
        Append(stream(), 3, several("e"), by_officer()),
        Append(stream(), 4, [], by_officer(), mark(b"four"), ids("y")),
    ]
    with store.transaction() as work:
        histories = work.read_all([stream(), stream(2), stream(3)])
        assert histories == {stream(): first, stream(2): [], stream(3): []}
        made = work.append_all(commands)
    with store.transaction() as work:
        assert work.read(stream()) == [*first, *made[0], *made[2]]
        assert work.read(stream(2)) == made[1]
        assert broken_link(work.read(stream())) is None
        found = work.find_made(named("x"))
        assert found is not None
        assert found.events == made[0]
        assert work.find_made(named("y")) is None


def test_streams_known_from_before_are_read_on(store: EventStore) -> None:
    with store.transaction() as work:
        work.append(stream(), 0, several("a", "b"), by_officer())
        work.append(stream(2), 0, several("c", number=2), by_officer())
    with store.transaction() as work:
        known = work.read_all([stream(), stream(2)])
    with store.transaction() as work:
        work.append(stream(), 2, several("d"), by_officer())
        work.append(stream(3), 0, several("e", number=3), by_officer())
    names = [stream(), stream(2), stream(3)]
    with store.transaction() as work:
        on, whole = work.read_all(names, known), work.read_all(names)
        assert on == whole
        assert [len(on[name]) for name in names] == [3, 1, 1]
        further = work.append(stream(), 3, several("f"), by_officer())
        assert broken_link([*on[stream()], *further]) is None


def test_of_many_commands_all_or_none(store: EventStore) -> None:
    with store.transaction() as work:
        work.append(stream(2), 0, several("a", number=2), by_officer())
    with pytest.raises(VersionConflict), store.transaction() as work:
        work.append_all(
            [
                Append(stream(), 0, several("b"), by_officer()),
                Append(stream(2), 0, several("c", number=2), by_officer()),
            ]
        )
    assert store.read_stream(stream()) == []


@pytest.mark.servers
def test_of_two_at_once_with_one_expectation_one_wins(postgres_url: str) -> None:
    with postgres_store(postgres_url) as store:
        outcomes = _together(store, 5)
    assert sorted(outcomes) == ["appended", *["conflict"] * 4]


def _together(store: PostgresStore, writers: int) -> list[str]:
    ready = threading.Barrier(writers)
    outcomes: list[str] = []

    def write(number: int) -> None:
        try:
            with store.transaction() as work:
                work.read(stream())
                ready.wait()
                work.append(stream(), 0, [new(f"writer {number}")], by_officer())
            outcomes.append("appended")
        except VersionConflict:
            outcomes.append("conflict")

    threads = [threading.Thread(target=write, args=(n,)) for n in range(writers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


@pytest.mark.servers
def test_a_key_in_flight_is_said_so_at_once_and_free_again_after(postgres_url: str) -> None:
    with postgres_store(postgres_url) as store:
        with store.transaction() as first, store.transaction() as second:
            assert first.try_lock(b"one")
            assert not second.try_lock(b"one")
            assert second.try_lock(b"two")
        with store.transaction() as third:
            assert third.try_lock(b"one")


@pytest.mark.servers
def test_a_transaction_that_began_earlier_sees_what_the_holder_of_a_key_has_committed(
    postgres_url: str,
) -> None:
    with postgres_store(postgres_url) as store, store.transaction() as second:
        assert second.read(stream()) == []
        with store.transaction() as first:
            assert first.open_command(b"one", stream()) == (True, None, [])
            made = first.append(stream(), 0, [new("a")], by_officer(), mark(b"one"))
            assert second.open_command(b"one", stream()) == (False, None, [])
        free, found, history = second.open_command(b"one", stream(2))
        assert (free, found and found.events, history) == (True, made, [])
