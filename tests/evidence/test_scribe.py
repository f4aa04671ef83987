"""The Merkle log of a store on real PostgreSQL: grown, signed, published, never contradicted."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from shared.log.memory import MemoryLog
from shared.mover.sequencer import Sequencer
from shared.store.postgres import PostgresStore
from shared.tlog.checkpoint import Checkpoint, read_checkpoint
from shared.tlog.checkpoint_publisher import Scribe
from shared.tlog.heads import path_of, proves
from shared.tlog.merkle import consistent, included, root_of
from shared.tlog.notes import opened, read_note
from shared.tlog.schema import OWN
from shared.tlog.signing import signers
from shared.tlog.store_leaves import leaves_of_store
from shared.tlog.tiles import ENTRIES, Tile
from shared.tlog.tree import Tree, full_root
from tests.support.counter_app import SETTINGS
from tests.support.records import household
from tests.support.store import postgres_store, write

pytestmark = pytest.mark.servers

KEYED = replace(SETTINGS, evidence_keys=(bytes(range(32)),))
SOURCE = "households"
TOPIC = KEYED.checkpoints_topic
START = datetime(2026, 6, 1, tzinfo=UTC)


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def store(postgres_url: str) -> Iterator[PostgresStore]:
    with postgres_store(postgres_url) as made:
        yield made


@pytest.fixture
def log() -> MemoryLog:
    made = MemoryLog()
    made.ensure_topics([TOPIC], 1)
    return made


def scribe(
    store: PostgresStore, log: MemoryLog, clock: Clock | None = None, keys: bool = True
) -> Scribe:
    settings = KEYED if keys else SETTINGS
    return Scribe(store.engine, log, settings, SOURCE, clock or Clock())


def record(store: PostgresStore, name: str, households: int = 3, each: int = 2) -> None:
    write(store, name, households, each)
    sequencer = Sequencer(store.engine)
    while sequencer.run_pass():
        pass
    sequencer.close()


def work(made: Scribe) -> None:
    while made.turn():
        pass


def published(log: MemoryLog) -> list[Checkpoint]:
    """Every checkpoint on the topic, its signature and its record verified."""
    [records] = log.topics[TOPIC]
    keys = [each.verifier for each in signers(KEYED, SOURCE)]
    found = []
    for each in records:
        note = read_note(each.data.decode())
        assert opened(note, keys) == keys
        assert each.source == SOURCE
        assert dict(each.headers)["ce_actor"] == keys[0].vkey.encode()
        found.append(read_checkpoint(note.text))
    return found


def problem_of(store: PostgresStore) -> str | None:
    with store.engine.begin() as connection:
        said = text(f"SELECT problem FROM {OWN}.trees WHERE source = '{SOURCE}'")
        return connection.execute(said).scalar()


def test_what_is_positioned_is_signed_and_published(store: PostgresStore, log: MemoryLog) -> None:
    made = scribe(store, log)
    work(made)
    assert published(log) == []
    record(store, "a")
    work(made)
    record(store, "b")
    work(made)
    first, second = published(log)
    assert (first.size, second.size) == (6, 12)
    assert first.origin == "giamngheo/households"
    with store.engine.begin() as connection:
        leaves = leaves_of_store(connection)(0, 12)
        tree = Tree(connection, OWN, SOURCE, leaves_of_store(connection))
        assert second.root == root_of([each.hash for each in leaves])
        assert second.root == full_root(leaves_of_store(connection), 12)
        for each in leaves:
            proof = tree.inclusion(each.position - 1, 12)
            assert included(each.hash, each.position - 1, 12, proof, second.root)
        assert consistent(6, 12, first.root, second.root, tree.consistency(6, 12))
        for number in range(4):
            path, head = path_of(household(number)), tree.head(household(number))
            assert proves(path, head, second.heads)
            assert (head.end is not None and head.end.path == path) == (number < 3)
    assert problem_of(store) is None


def test_tiles_and_proofs_are_right_over_several_tiles(
    store: PostgresStore, log: MemoryLog
) -> None:
    made = scribe(store, log)
    record(store, "a", households=6, each=50)
    work(made)
    record(store, "b", households=6, each=40)
    work(made)
    last = published(log)[-1]
    assert last.size == 540
    with store.engine.begin() as connection:
        hashes = [each.hash for each in leaves_of_store(connection)(0, 540)]
        tree = Tree(connection, OWN, SOURCE, leaves_of_store(connection))
        assert last.root == root_of(hashes)
        assert tree.tile(Tile(0, 1), 540) == b"".join(hashes[256:512])
        assert tree.tile(Tile(0, 2, 28), 540) == b"".join(hashes[512:])
        assert tree.tile(Tile(1, 0, 2), 540) == root_of(hashes[:256]) + root_of(hashes[256:512])
        assert tree.tile(Tile(0, 2, 29), 540) is None
        entries = tree.tile(Tile(ENTRIES, 2, 28), 540)
        assert entries is not None
        assert len(entries) == 28 * 59
        for index in (0, 255, 256, 511, 512, 539):
            proof = tree.inclusion(index, 540)
            assert included(hashes[index], index, 540, proof, last.root)


def test_silence_is_signed_too(store: PostgresStore, log: MemoryLog) -> None:
    clock = Clock()
    made = scribe(store, log, clock)
    record(store, "a")
    work(made)
    clock.now += timedelta(seconds=KEYED.evidence_silence_seconds - 1)
    work(made)
    assert len(published(log)) == 1
    clock.now += timedelta(seconds=1)
    work(made)
    first, second = published(log)
    assert (second.size, second.root, second.heads) == (first.size, first.root, first.heads)
    assert second.at - first.at == timedelta(seconds=KEYED.evidence_silence_seconds)


def test_two_scribes_make_one_log(store: PostgresStore, log: MemoryLog) -> None:
    one, other = scribe(store, log), scribe(store, log)
    record(store, "a", households=6, each=40)
    together = [threading.Thread(target=work, args=(each,)) for each in (one, other)]
    for each in together:
        each.start()
    for each in together:
        each.join()
    record(store, "b")
    work(one)
    work(other)
    assert {each.size for each in published(log)} >= {240, 246}
    assert problem_of(store) is None
    with store.engine.begin() as connection:
        assert full_root(leaves_of_store(connection), 246) == published(log)[-1].root


def test_without_a_key_nothing_is_signed_and_that_is_told(
    store: PostgresStore, log: MemoryLog
) -> None:
    record(store, "a")
    work(scribe(store, log, keys=False))
    assert published(log) == []
    assert "EVIDENCE_KEY" in (problem_of(store) or "")
    work(scribe(store, log))
    assert [each.size for each in published(log)] == [6]
    assert problem_of(store) is None


@pytest.mark.parametrize("place", [1, 6])
def test_a_changed_event_is_noticed_at_the_next_start(
    store: PostgresStore, log: MemoryLog, place: int
) -> None:
    record(store, "a")
    work(scribe(store, log))
    with store.engine.begin() as connection:
        connection.execute(text("ALTER TABLE events DISABLE TRIGGER ALL"))
        changed = "UPDATE events SET hash = sha256(hash) WHERE seq ="
        found = f"(SELECT seq FROM positions WHERE position = {place})"
        connection.execute(text(f"{changed} {found}"))
    record(store, "b")
    work(scribe(store, log))
    assert "Contradiction" in (problem_of(store) or "")
    assert [each.size for each in published(log)] == [6]


def test_a_store_that_lost_events_is_noticed(store: PostgresStore, log: MemoryLog) -> None:
    record(store, "a")
    work(scribe(store, log))
    with store.engine.begin() as connection:
        connection.execute(text("ALTER TABLE positions DISABLE TRIGGER ALL"))
        connection.execute(text("DELETE FROM positions WHERE position = 6"))
    work(scribe(store, log))
    assert "recover" in (problem_of(store) or "")
