"""The sequencer among real sessions of PostgreSQL that are stepped one statement at a time (G1)."""

from collections.abc import Iterator
from itertools import count

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.mover.sequencer import CannotSequence, Sequencer, refuse_unsafe
from tests.support.servers import PostgresServer, eventually, fresh_database
from tests.support.store import engine_of, migrated

pytestmark = pytest.mark.servers

_DRAW = """
    INSERT INTO events (stream_id, version, key, event_id, command_id, type, schema_version,
        occurred_on, recorded_at, meta, data, hash)
    VALUES ('case-' || %(n)s, 1, gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), 'T', 1,
        '2025-01-01', now(), '', '', decode(repeat('00', 32), 'hex')) RETURNING seq
"""
_AGREE = """
    SELECT (SELECT count(*) FROM events), (SELECT count(*) FROM positions JOIN events USING (seq)),
        (SELECT count(*) FROM positions), (SELECT coalesce(max(position), 0) FROM positions),
        (SELECT count(*) FROM positions a JOIN positions b ON b.position = a.position + 1
         WHERE b.positioned_at < a.positioned_at)
"""
NUMBERS = count(1)


@pytest.fixture(scope="module")
def url(postgres_server: PostgresServer) -> Iterator[str]:
    with fresh_database(postgres_server) as made:
        yield migrated(made)


@pytest.fixture
def sequencer(url: str) -> Iterator[Sequencer]:
    with engine_of(url) as engine:
        made = Sequencer(engine)
        while made.run_pass():
            pass
        yield made
        made.close()


@pytest.fixture
def sessions(url: str) -> Iterator[list[psycopg.Connection]]:
    made = [psycopg.connect(url) for _ in range(4)]
    yield made
    for each in made:
        each.close()


def settles(sequencer: Sequencer, seq: int) -> None:
    """Wait until it watches nothing up to `seq`: the server's own vacuum holds it up as others."""

    def looked() -> bool:
        assert sequencer.run_pass() == 0
        return sequencer.watch.settled >= seq

    eventually(looked)


def draw(session: psycopg.Connection) -> int:
    row = session.execute(_DRAW, {"n": next(NUMBERS)}).fetchone()
    assert row
    return int(row[0])


def placed(url: str, numbers: list[int]) -> list[int]:
    with psycopg.connect(url) as reader:
        rows = reader.execute(
            "SELECT seq FROM positions WHERE seq = ANY(%s) ORDER BY position", (numbers,)
        )
        return [row[0] for row in rows]


def assert_dense(url: str) -> None:
    with psycopg.connect(url) as reader:
        row = reader.execute(_AGREE).fetchone()
    assert row
    events, matched, positions, highest, backwards = row
    assert (matched, positions, highest, backwards) == (events, events, events, 0)


@pytest.mark.parametrize("passes", [1, 2, 5])
def test_a_number_drawn_early_and_committed_late_is_placed(
    url: str, sequencer: Sequencer, sessions: list[psycopg.Connection], passes: int
) -> None:
    slow, fast = draw(sessions[0]), draw(sessions[1])
    sessions[1].commit()
    assert [sequencer.run_pass() for _ in range(passes)] == [1] + [0] * (passes - 1)
    sessions[0].commit()
    assert sequencer.run_pass() == 1
    assert placed(url, [slow, fast]) == [fast, slow]
    assert_dense(url)


def test_a_number_rolled_back_holds_nobody_up(
    url: str, sequencer: Sequencer, sessions: list[psycopg.Connection]
) -> None:
    lost, kept = draw(sessions[0]), draw(sessions[1])
    sessions[1].commit()
    assert sequencer.run_pass() == 1
    sessions[0].rollback()
    later = draw(sessions[0])
    sessions[0].commit()
    assert [sequencer.run_pass() for _ in range(3)] == [1, 0, 0]
    assert placed(url, [lost, kept, later]) == [kept, later]
    settles(sequencer, kept)
    assert_dense(url)


def test_a_hole_is_watched_while_any_transaction_of_its_time_runs(
    url: str, sequencer: Sequencer, sessions: list[psycopg.Connection]
) -> None:
    lost, kept = draw(sessions[0]), draw(sessions[1])
    sessions[2].execute("SELECT 1")  # only reads, but nobody can know
    sessions[1].commit()
    sequencer.run_pass()
    sessions[0].rollback()
    for _ in range(3):
        sequencer.run_pass()
        assert sequencer.watch.settled < lost
    sessions[2].commit()
    settles(sequencer, kept)


def test_a_savepoint_rolled_back_wastes_its_numbers_only(
    url: str, sequencer: Sequencer, sessions: list[psycopg.Connection]
) -> None:
    first = draw(sessions[0])
    sessions[0].execute("SAVEPOINT s")
    wasted = draw(sessions[0])
    sessions[0].execute("ROLLBACK TO SAVEPOINT s")
    last, other = draw(sessions[0]), draw(sessions[1])
    sessions[1].commit()
    sequencer.run_pass()
    sessions[0].commit()
    sequencer.run_pass()
    assert placed(url, [first, wasted, last, other]) == [other, first, last]
    assert_dense(url)


def test_a_sequencer_that_missed_all_another_did_goes_on_rightly(
    url: str, sequencer: Sequencer, sessions: list[psycopg.Connection]
) -> None:
    with engine_of(url) as engine:
        other = Sequencer(engine)
        slow, fast = draw(sessions[0]), draw(sessions[1])
        sessions[1].commit()
        assert other.run_pass() == 1
        sessions[0].commit()
        assert sequencer.run_pass() == 1  # it never saw a hole
        assert other.run_pass() == 0
        other.close()
    assert placed(url, [slow, fast]) == [fast, slow]
    assert_dense(url)


def test_a_sequencer_whose_session_is_ended_starts_again_from_the_hint(
    url: str, sequencer: Sequencer, sessions: list[psycopg.Connection]
) -> None:
    slow, fast = draw(sessions[0]), draw(sessions[1])
    sessions[1].commit()
    sequencer.run_pass()
    sequencer.close()
    sessions[0].commit()
    assert sequencer.run_pass() == 1
    assert placed(url, [slow, fast]) == [fast, slow]


STEPS = st.lists(
    st.one_of(
        st.tuples(st.sampled_from(["draw", "commit", "roll back", "waste"]), st.integers(0, 3)),
        st.tuples(st.sampled_from(["pass", "restart"]), st.integers(0, 1)),
    ),
    min_size=5,
    max_size=40,
)


@settings(
    max_examples=40,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps=STEPS)
def test_whatever_writers_and_two_sequencers_do_every_event_is_placed(
    url: str, sessions: list[psycopg.Connection], steps: list[tuple[str, int]]
) -> None:
    with engine_of(url) as engine:
        sequencers = [Sequencer(engine, limit=3) for _ in range(2)]
        for step, number in steps:
            if step == "draw":
                draw(sessions[number])
            elif step == "waste":
                sessions[number].execute("SELECT nextval('events_seq_seq')")
            elif step == "commit":
                sessions[number].commit()
            elif step == "roll back":
                sessions[number].rollback()
            elif step == "restart":
                sequencers[number].close()
            else:
                sequencers[number].run_pass()
        for session in sessions:
            session.commit()
        while sequencers[0].run_pass():
            pass
        assert_dense(url)
        for each in sequencers:
            each.close()


@pytest.mark.parametrize(
    ("prepared", "own", "named"), [(1, 1, "max_prepared_transactions"), (0, 0, "pg_locks")]
)
def test_a_server_where_a_transaction_could_be_overlooked_is_refused(
    prepared: int, own: int, named: str
) -> None:
    with pytest.raises(CannotSequence, match=named):
        refuse_unsafe(prepared, own)
