"""Each service gets a database and four roles of its own, and no way into another's."""

from __future__ import annotations

import uuid
from collections.abc import Iterator

import psycopg
import pytest
from psycopg import sql

from deploy.databases import Wanted, of_urls, prepare
from shared.rights.declared import role
from tests.support.servers import PostgresServer

pytestmark = pytest.mark.servers

KINDS = ("owner", "writer", "reader", "auditor")


@pytest.fixture
def wanted(postgres_server: PostgresServer) -> Iterator[dict[str, Wanted]]:
    tail = uuid.uuid4().hex
    passwords = dict.fromkeys(KINDS, "plain")
    found = {name: Wanted(name=f"{name}_{tail}", passwords=passwords) for name in ("loans", "keys")}
    yield found
    with psycopg.connect(postgres_server.url(), autocommit=True) as admin:
        for each in found.values():
            admin.execute(
                sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(each.name))
            )
            for kind in KINDS:
                admin.execute(
                    sql.SQL("DROP ROLE IF EXISTS {}").format(sql.Identifier(role(each.name, kind)))
                )


def place(server: PostgresServer) -> str:
    return f"{server.host}:{server.port}"


def test_the_owner_may_make_tables_also_when_prepared_twice(
    postgres_server: PostgresServer, wanted: dict[str, Wanted]
) -> None:
    owner = wanted["loans"].url("owner", place(postgres_server))
    prepare(postgres_server.url(), wanted)
    with psycopg.connect(owner) as own:
        own.execute("CREATE TABLE events (seq bigint)")
    prepare(postgres_server.url(), wanted)
    with psycopg.connect(owner) as own:
        assert own.execute("SELECT count(*) FROM events").fetchone() == (0,)


def test_a_service_may_not_enter_the_database_of_another(
    postgres_server: PostgresServer, wanted: dict[str, Wanted]
) -> None:
    prepare(postgres_server.url(), wanted)
    own = wanted["loans"].url("owner", place(postgres_server))
    elsewhere = f"{own.rpartition('/')[0]}/{wanted['keys'].name}"
    with pytest.raises(psycopg.OperationalError, match="permission denied"):
        psycopg.connect(elsewhere)


def test_the_login_that_once_owned_all_becomes_an_owner_that_nobody_runs_as(
    postgres_server: PostgresServer, wanted: dict[str, Wanted]
) -> None:
    name = sql.Identifier(wanted["loans"].name)
    with psycopg.connect(postgres_server.url(), autocommit=True) as admin:
        admin.execute(sql.SQL("CREATE ROLE {} LOGIN PASSWORD 'plain'").format(name))
        admin.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(name, name))
    former = wanted["loans"].url("owner", place(postgres_server)).replace("_owner", "")
    with psycopg.connect(former) as own:
        own.execute("CREATE TABLE events (seq bigint)")
    prepare(postgres_server.url(), wanted)
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(former)
    with psycopg.connect(wanted["loans"].url("owner", place(postgres_server))) as owner:
        owner.execute("ALTER TABLE events ADD COLUMN key uuid")


def test_addresses_whose_roles_are_named_otherwise_are_refused() -> None:
    here = "postgresql://{}:secret@postgres/loans"
    assert of_urls(here.format("loans_writer"), here.format("loans_owner")) == Wanted(
        name="loans", passwords={"writer": "secret", "owner": "secret"}
    )
    with pytest.raises(ValueError, match="the owner is loans_owner"):
        of_urls(here.format("loans_writer"), here.format("loans_writer"))
