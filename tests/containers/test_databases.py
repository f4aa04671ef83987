"""Each service gets a database and a login of its own, and no way into another's."""

from __future__ import annotations

import uuid
from collections.abc import Iterator

import psycopg
import pytest
from psycopg import sql

from deploy.databases import prepare
from tests.support.servers import PostgresServer

pytestmark = pytest.mark.servers


@pytest.fixture
def addresses(postgres_server: PostgresServer) -> Iterator[dict[str, str]]:
    tail = uuid.uuid4().hex
    place = f"{postgres_server.host}:{postgres_server.port}"
    names = {name: f"{name}_{tail}" for name in ("loans", "keys")}
    yield {key: f"postgresql://{name}:p%40ss@{place}/{name}" for key, name in names.items()}
    with psycopg.connect(postgres_server.url(), autocommit=True) as admin:
        for name in map(sql.Identifier, names.values()):
            admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(name))
            admin.execute(sql.SQL("DROP ROLE IF EXISTS {}").format(name))


def test_the_owner_may_make_tables_also_when_prepared_twice(
    postgres_server: PostgresServer, addresses: dict[str, str]
) -> None:
    prepare(postgres_server.url(), addresses)
    with psycopg.connect(addresses["loans"]) as own:
        own.execute("CREATE TABLE events (seq bigint)")
    prepare(postgres_server.url(), addresses)
    with psycopg.connect(addresses["loans"]) as own:
        assert own.execute("SELECT count(*) FROM events").fetchone() == (0,)


def test_a_service_may_not_enter_the_database_of_another(
    postgres_server: PostgresServer, addresses: dict[str, str]
) -> None:
    prepare(postgres_server.url(), addresses)
    others = addresses["keys"].rpartition("/")[2]
    elsewhere = f"{addresses['loans'].rpartition('/')[0]}/{others}"
    with pytest.raises(psycopg.OperationalError, match="permission denied"):
        psycopg.connect(elsewhere)
