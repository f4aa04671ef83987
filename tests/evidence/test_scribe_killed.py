"""A scribe killed before any word with the server leaves a log that goes on as before."""

import os
import signal
import warnings
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Engine, event, text

from shared.database import engine
from shared.log.memory import MemoryLog
from shared.mover.sequencer import Sequencer
from shared.store.postgres import PostgresStore
from shared.tlog.checkpoint import read_checkpoint
from shared.tlog.checkpoint_publisher import Scribe
from shared.tlog.notes import read_note
from shared.tlog.schema import OWN
from shared.tlog.store_leaves import leaves_of_store
from shared.tlog.tree import full_root
from tests.evidence.test_scribe import KEYED, SOURCE, TOPIC, Clock
from tests.support.store import postgres_store, write

pytestmark = [pytest.mark.servers, pytest.mark.faults]

MOST_WORDS = 80


@pytest.fixture
def store(postgres_url: str) -> Iterator[PostgresStore]:
    with postgres_store(postgres_url) as made:
        yield made


def scribe(own: Engine) -> Scribe:
    log = MemoryLog()
    log.ensure_topics([TOPIC], 1)
    return Scribe(own, log, KEYED, SOURCE, Clock())


def killed_before(url: str, word: int) -> bool:
    """Let a process of its own write until its word with the server of that number; was it?"""
    with warnings.catch_warnings():
        # of other threads, which the child does not need
        warnings.simplefilter("ignore", DeprecationWarning)
        child = os.fork()
    if child == 0:
        signal.alarm(60)  # also a child that hangs is one that was killed
        own, said = engine(url, name="killed", pool_size=1), 0

        def count(*_: Any) -> None:
            nonlocal said
            said += 1
            if said == word:
                os.kill(os.getpid(), signal.SIGKILL)

        event.listen(own, "before_cursor_execute", count)
        event.listen(own, "commit", count)
        made = scribe(own)
        while made.turn():
            pass
        os._exit(0)
    _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status)


def place(store: PostgresStore) -> None:
    sequencer = Sequencer(store.engine)
    while sequencer.run_pass():
        pass
    sequencer.close()


def test_a_scribe_killed_anywhere_leaves_the_same_root(
    store: PostgresStore, postgres_url: str
) -> None:
    size, kills = 0, 0
    for word in range(1, MOST_WORDS):
        write(store, f"w{word}", households=3, each=30)
        place(store)
        size += 90
        if not killed_before(postgres_url, word):
            break
        kills += 1
    assert 10 < kills < MOST_WORDS - 1, "it ended by itself at last"
    with store.engine.begin() as connection:
        rows = connection.execute(text(f"SELECT number, note FROM {OWN}.checkpoints ORDER BY 1"))
        found = [(number, read_checkpoint(read_note(note).text)) for number, note in rows]
        leaves = leaves_of_store(connection)
        assert [number for number, _ in found] == list(range(1, len(found) + 1))
        assert [said.root for _, said in found] == [full_root(leaves, s.size) for _, s in found]
        assert found[-1][1].size == size
        heads = connection.execute(text(f"SELECT sum(count) FROM {OWN}.heads")).scalar_one()
        assert heads == size
