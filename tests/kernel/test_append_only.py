"""No event is changed or removed: the database refuses, and the chain tells (guarantee G7)."""

from collections.abc import Iterator

import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from shared.store.postgres import PostgresStore
from shared.store.schema import APPEND_ONLY
from tests.support.store import by_officer, ids, mark, postgres_store, several, stream
from tests.support.streams import broken_link

pytestmark = pytest.mark.servers

CHANGES = (
    "UPDATE {table} SET {column} = {column}",
    "DELETE FROM {table}",
    "TRUNCATE {table} CASCADE",
)
COLUMNS = {"events": "data", "positions": "positioned_at", "made_ids": "event_id"}


@pytest.fixture
def store(postgres_url: str) -> Iterator[PostgresStore]:
    with postgres_store(postgres_url) as made:
        with made.transaction() as work:
            facts = several("a", "b", "c")
            work.append(stream(), 0, facts, by_officer(), mark(), ids("x"))
        yield made


@pytest.mark.parametrize("session", ["origin", "replica"])
def test_the_database_refuses_every_change(store: PostgresStore, session: str) -> None:
    with store.engine.connect() as connection:
        # as a superuser, whom no revoked right stops, also where ordinary triggers are off
        connection.execute(text(f"SET session_replication_role = {session}"))
        connection.commit()
        for table in APPEND_ONLY:
            for change in CHANGES:
                statement = change.format(table=table, column=COLUMNS[table])
                with pytest.raises(ProgrammingError, match="append-only"):
                    connection.execute(text(statement))
                connection.rollback()


@pytest.mark.parametrize("column", ["data", "meta", "hash"])
def test_a_change_behind_the_databases_back_breaks_the_chain(
    store: PostgresStore, column: str
) -> None:
    assert broken_link(store.read_stream(stream())) is None
    swap = "convert_to(replace(convert_from({0}, 'UTF8'), '{1}', '{2}'), 'UTF8')"
    changed = {
        "data": swap.format("data", "a note", "a lie"),
        "meta": swap.format("meta", "officer", "teacher"),
        "hash": "sha256(hash)",
    }[column]
    with store.engine.begin() as connection:
        connection.execute(text("ALTER TABLE events DISABLE TRIGGER ALL"))
        connection.execute(text(f"UPDATE events SET {column} = {changed} WHERE version = 2"))
    found = broken_link(store.read_stream(stream()))
    assert found is not None
    assert found.meta.version == 2
