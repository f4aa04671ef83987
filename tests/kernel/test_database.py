"""What the database itself sees to: no transaction lasts, outages are said, schemas agree."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest
from sqlalchemy import MetaData, text

from shared.database import engine
from shared.migrate import folder, migrate_one
from shared.store.port import StoreUnavailable
from shared.store.postgres import PostgresStore
from shared.store.tables import METADATA
from tests.support.records import registry
from tests.support.servers import PostgresServer, fresh_database
from tests.support.store import by_officer, engine_of, migrated, several, stream

pytestmark = pytest.mark.servers


@pytest.fixture(scope="module")
def url(postgres_server: PostgresServer) -> Iterator[str]:
    with fresh_database(postgres_server) as made:
        migrated(made)
        with engine_of(made) as connects, PostgresStore(connects, registry()).transaction() as work:
            work.append(stream(), 0, several("a"), by_officer())
        yield made


def test_the_tables_that_the_code_sees_are_those_that_were_made(url: str) -> None:
    found = MetaData()
    with engine_of(url) as connects:
        found.reflect(connects, only=list(METADATA.tables))
    for name, table in METADATA.tables.items():
        made = {column.name: column.nullable for column in found.tables[name].columns}
        assert {column.name: column.nullable for column in table.columns} == made


def test_a_transaction_that_lasts_too_long_is_ended_and_leaves_nothing(url: str) -> None:
    connects = engine(url, transaction_seconds=1)
    store = PostgresStore(connects, registry())

    def linger() -> None:
        with store.transaction() as work:
            work.append(stream(2), 0, several("b", number=2), by_officer())
            work.connection.execute(text("SELECT pg_sleep(30)"))

    with pytest.raises(StoreUnavailable):
        linger()
    assert store.read_stream(stream(2)) == []
    connects.dispose()


def test_an_idle_connection_that_the_server_closed_is_replaced_unnoticed(url: str) -> None:
    with engine_of(url, pool_size=1) as connects:
        store = PostgresStore(connects, registry())
        with store.transaction() as work:
            pid = work.connection.execute(text("SELECT pg_backend_pid()")).scalar_one()
        with psycopg.connect(url, autocommit=True) as other:
            # waits until the other session has ended
            other.execute("SELECT pg_terminate_backend(%s, 30000)", (pid,))
        with store.transaction() as work:
            assert work.read(stream())


def test_a_connection_that_is_lost_while_a_key_is_locked_is_an_outage(url: str) -> None:
    with engine_of(url, pool_size=1) as connects:
        store = PostgresStore(connects, registry())
        with store.transaction() as work:
            pid = work.connection.execute(text("SELECT pg_backend_pid()")).scalar_one()

        def lose() -> None:
            with store.transaction() as work, psycopg.connect(url, autocommit=True) as other:
                other.execute("SELECT pg_terminate_backend(%s, 30000)", (pid,))
                work.try_lock(b"key")

        with pytest.raises(StoreUnavailable):
            lose()
        with store.transaction() as work:
            assert work.try_lock(b"key")


def test_a_server_that_is_away_is_said_to_be_unavailable() -> None:
    store = PostgresStore(engine("postgresql://x@127.0.0.1:1/x"), registry())
    with pytest.raises(StoreUnavailable), store.transaction():
        pass
    with pytest.raises(StoreUnavailable):
        store.head()


def test_two_may_migrate_at_once_and_again(postgres_url: str) -> None:
    ready = threading.Barrier(3)

    def migrate() -> None:
        ready.wait()
        migrate_one(postgres_url, folder("households"))

    with ThreadPoolExecutor(3) as pool:
        for each in [pool.submit(migrate) for _ in range(3)]:
            each.result()
    with psycopg.connect(postgres_url) as connection:
        count = connection.execute("SELECT count(*) FROM alembic_version").fetchone()
    assert count == (1,)
