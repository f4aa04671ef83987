"""Nobody may do more in a database than is declared for their role, and whoever may is named."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

import psycopg
import pytest
from psycopg import errors, sql

from cli.audit import GUARDED, audits, guards, roles
from deploy.databases import Wanted, prepare
from shared.migrate import folder, migrate_one
from shared.rights.declared import RIGHTS, role
from shared.rights.live import roles as live_roles
from shared.rights.live import tables
from tests.support.counter_app import SETTINGS
from tests.support.servers import PostgresServer

pytestmark = pytest.mark.servers

KINDS = ("owner", "writer", "reader", "auditor")
DATABASES = ("households", "reporting", "keys", "log")
Connection = psycopg.Connection[tuple[object, ...]]


@dataclass(frozen=True, slots=True)
class Prepared:
    """Databases as `giamngheo up` makes them, on the tests' server."""

    server: PostgresServer
    wanted: dict[str, Wanted]

    def url(self, database: str, kind: str) -> str:
        """Give the address for a role, or for the server's superuser."""
        if kind == "superuser":
            return self.server.url(self.wanted[database].name)
        return self.wanted[database].url(kind, f"{self.server.host}:{self.server.port}")

    def named(self, database: str, kind: str) -> str:
        return role(self.wanted[database].name, kind)


@pytest.fixture(scope="module")
def prepared(postgres_server: PostgresServer) -> Iterator[Prepared]:
    tail = uuid.uuid4().hex
    passwords = dict.fromkeys(KINDS, "plain")
    wanted = {name: Wanted(name=f"{name}_{tail}", passwords=passwords) for name in DATABASES}
    prepare(postgres_server.url(), wanted)
    made = Prepared(postgres_server, wanted)
    for name in DATABASES:
        owner = made.url(name, "owner")
        migrate_one(owner, folder(name))  # as before there were roles
        migrate_one(owner, folder(name), name)
    yield made
    with psycopg.connect(postgres_server.url(), autocommit=True) as admin:
        for each in wanted.values():
            whole = sql.Identifier(each.name)
            admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(whole))
            for kind in KINDS:
                gone = sql.Identifier(role(each.name, kind))
                admin.execute(sql.SQL("DROP ROLE {}").format(gone))


FORBIDDEN = (
    "UPDATE events SET data = data",
    "DELETE FROM events",
    "TRUNCATE events",
    "ALTER TABLE events DISABLE TRIGGER events_append_only",
    "ALTER TABLE events ADD COLUMN more text",
    "DROP TABLE events",
    "DROP TRIGGER events_append_only ON events",
    "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN END'",
    "SET session_replication_role = replica",
    "DELETE FROM positions",
    "DELETE FROM access_log",
    "UPDATE evidence.checkpoints SET note = note",
    "UPDATE journal SET data = data",
    "CREATE TABLE mine (a int)",
    "CREATE TEMPORARY TABLE mine (a int)",
    "CREATE SCHEMA mine",
    "SET ROLE {owner}",
    "CREATE ROLE mine",
)


def answers(url: str, statements: Iterable[str]) -> dict[str, str]:
    """Give for each statement the sentence with which the server refuses, "" if it does not."""
    said = dict.fromkeys(statements, "")
    with psycopg.connect(url) as connection:
        connection.execute("SET default_transaction_read_only = off")  # what rights alone hold
        connection.commit()
        for statement in said:
            try:
                connection.execute(statement.encode())
            except errors.InsufficientPrivilege as why:
                said[statement] = str(why).splitlines()[0]
            finally:
                connection.rollback()
    return said


def refused(url: str, statement: str) -> str:
    """Give the sentence with which the server refuses, "" where it does not."""
    return answers(url, [statement])[statement]


@pytest.mark.parametrize("kind", ["writer", "reader", "auditor"])
def test_nobody_but_the_owner_may_touch_history_or_the_tables(
    prepared: Prepared, kind: str
) -> None:
    owner = prepared.named("households", "owner")
    asked = [statement.format(owner=owner) for statement in FORBIDDEN]
    said = answers(prepared.url("households", kind), asked)
    # by a right that is missing: what the triggers would say does not count here
    allowed = {s for s, why in said.items() if "denied" not in why and "must be own" not in why}
    assert allowed == set()


ADDITION = "INSERT INTO access_log VALUES (1, now(), 'a', '{}', 'b', '{}', sha256(''))"


def test_only_the_writer_adds(prepared: Prepared) -> None:
    assert refused(prepared.url("households", "writer"), ADDITION) == ""
    for kind in ("reader", "auditor"):
        assert "access_log" in refused(prepared.url("households", kind), ADDITION)


@pytest.mark.parametrize("kind", ["reader", "auditor"])
def test_who_only_reads_begins_without_writing(prepared: Prepared, kind: str) -> None:
    with psycopg.connect(prepared.url("households", kind)) as connection:
        assert connection.execute("SELECT count(*) FROM events").fetchone() == (0,)
        with pytest.raises(errors.ReadOnlySqlTransaction):
            connection.execute(ADDITION.encode())


@pytest.mark.parametrize("kind", ["reader", "auditor"])
def test_no_reader_sees_keys_or_sheets(prepared: Prepared, kind: str) -> None:
    assert "owner_keys" in refused(prepared.url("keys", kind), "SELECT * FROM owner_keys")
    assert "imports" in refused(prepared.url("households", kind), "SELECT sheet FROM imports")


def test_an_auditor_sees_history_and_not_what_is_made_of_it(prepared: Prepared) -> None:
    url = prepared.url("households", "auditor")
    tables = ("events", "positions", "access_log", "evidence.checkpoints", "alembic_version")
    assert set(answers(url, [f"SELECT * FROM {table}" for table in tables]).values()) == {""}
    assert "households" in refused(url, "SELECT * FROM households")


def test_the_embedded_log_takes_records_and_keeps_them(prepared: Prepared) -> None:
    with psycopg.connect(prepared.url("log", "writer")) as writer:
        writer.execute("INSERT INTO log_topics VALUES ('t', 1)")
        # a foreign key is checked by what its owner may
        writer.execute(
            "INSERT INTO log_records VALUES ('t', 0, 0, gen_random_uuid(), 1, '', '', '', '')"
        )
    for table in ("log_topics", "log_records"):
        assert table in refused(prepared.url("log", "writer"), f"DELETE FROM {table}")
    with psycopg.connect(prepared.url("log", "superuser")) as connection:
        connection.execute("SET session_replication_role = replica")
        with pytest.raises(errors.InsufficientPrivilege, match="log_records is append-only"):
            connection.execute("TRUNCATE log_records")


def test_reporting_makes_its_views_anew_and_its_reader_sees_them(prepared: Prepared) -> None:
    with psycopg.connect(prepared.url("reporting", "writer"), autocommit=True) as writer:
        writer.execute("CREATE SCHEMA views_next CREATE TABLE one (a int)")
    try:
        assert refused(prepared.url("reporting", "reader"), "SELECT * FROM views_next.one") == ""
        assert refused(prepared.url("reporting", "reader"), "SELECT * FROM views.findings") == ""
        assert refused(prepared.url("reporting", "auditor"), "SELECT * FROM views.findings")
    finally:
        with psycopg.connect(prepared.url("reporting", "writer"), autocommit=True) as writer:
            writer.execute("DROP SCHEMA views_next CASCADE")
    assert refused(prepared.url("reporting", "writer"), "DROP SCHEMA views CASCADE") == ""


@pytest.mark.parametrize("database", DATABASES)
def test_every_table_has_a_line_and_every_line_a_table(prepared: Prepared, database: str) -> None:
    with psycopg.connect(prepared.url(database, "auditor")) as connection:
        assert tables(connection).keys() == RIGHTS[database].keys()
        assert list(roles.as_declared(connection, database)) == []


def found(connection: Connection, prepared: Prepared, database: str) -> list[str]:
    """Give what an audit of the roles and the triggers names."""
    login = prepared.named(database, "writer")
    guarded = GUARDED.get(database, guards.RECORDED)
    return [
        *roles.separated(connection, database, login),
        *roles.as_declared(connection, database),
        *guards.triggers(connection, guarded),
    ]


TOUCHED = {
    "GRANT UPDATE ON events TO {writer}": "may UPDATE public.events; REVOKE UPDATE",
    "GRANT SELECT ON events TO {reader} WITH GRANT OPTION": "WITH GRANT OPTION",
    "GRANT UPDATE (data) ON events TO {auditor}": "may UPDATE public.events",
    "GRANT SELECT ON households TO {auditor}": "may SELECT public.households",
    "GRANT CREATE ON SCHEMA public TO PUBLIC": "PUBLIC có quyền / may CREATE public",
    "GRANT TEMPORARY ON DATABASE {database} TO {writer}": "may TEMPORARY {database}",
    "REVOKE INSERT ON events FROM {writer}": "lacks INSERT on public.events",
    "GRANT {owner} TO {writer}": "is a member of {owner}",
    "GRANT pg_write_all_data TO {auditor}": "is a member of pg_write_all_data",
    "ALTER ROLE {writer} CREATEROLE": "is CREATEROLE",
    "ALTER ROLE {writer} SUPERUSER": "is a superuser, whom no right holds",
    "ALTER DATABASE {database} OWNER TO {writer}": "rights are not separated",
    "ALTER TABLE events OWNER TO {writer}": "its owner is {writer}",
    "ALTER ROLE {auditor} RESET search_path": "SET search_path = public",
    "GRANT SET ON PARAMETER session_replication_role TO {writer}": "session_replication_role",
    "CREATE TABLE more (a int)": "public.more: bảng lạ",
    "ALTER TABLE events DISABLE TRIGGER events_append_only": "public.events: trigger",
    "ALTER TABLE events ENABLE TRIGGER events_append_only": "public.events: trigger",
    "DROP TRIGGER positions_append_only ON positions": "positions_append_only is gone",
    "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql"
    " AS 'BEGIN RETURN NULL; END'": "access_log_append_only is off or was changed",
    "CREATE FUNCTION door() RETURNS int LANGUAGE sql SECURITY DEFINER"
    " AS 'SELECT 1'": "public.door: chạy với quyền của chủ",
    "CREATE RULE gone AS ON INSERT TO events DO INSTEAD NOTHING": "RULE lạ / of none of ours: gone",
    "CREATE TRIGGER other BEFORE INSERT ON events FOR EACH ROW"
    " EXECUTE FUNCTION refuse_change()": "TRIGGER lạ / of none of ours: other",
    "ALTER TABLE events ENABLE ROW LEVEL SECURITY": "POLICY lạ / of none of ours: row security",
}


def test_whatever_was_changed_about_who_may_what_is_named(prepared: Prepared) -> None:
    names = {kind: prepared.named("households", kind) for kind in KINDS}
    names["database"] = prepared.wanted["households"].name
    with psycopg.connect(prepared.url("households", "superuser")) as connection:
        assert found(connection, prepared, "households") == []
        for statement, said in TOUCHED.items():
            connection.execute(statement.format(**names).encode())
            troubles = found(connection, prepared, "households")
            connection.rollback()
            assert any(said.format(**names) in each for each in troubles), (statement, troubles)


def test_the_embedded_logs_triggers_are_looked_at_too(prepared: Prepared) -> None:
    with psycopg.connect(prepared.url("log", "superuser")) as connection:
        assert found(connection, prepared, "log") == []
        connection.execute("ALTER TABLE log_records DISABLE TRIGGER USER")
        [said] = found(connection, prepared, "log")
        connection.rollback()
    assert said.startswith("public.log_records: trigger")


def test_an_audit_reads_as_the_auditor_and_finds_all_in_order(prepared: Prepared) -> None:
    def urls(kind: str) -> dict[str, str]:
        services = dict.fromkeys(("loans", "sponsorship", "households"), "households")
        places = services | {name: name for name in ("reporting", "keys", "log")}
        return {name: prepared.url(place, kind) for name, place in places.items()}

    settings = replace(SETTINGS, databases=urls("writer"), auditors=urls("auditor"))
    lines = list(audits(settings, lambda _: None))
    about = [each for each in lines if each.what.startswith(("households", "keys", "log", "rep"))]
    assert [each for each in about if not each.well] == []
    assert {each.what for each in about} >= {f"{name}: vai trò / roles" for name in DATABASES}


def test_who_has_one_address_for_all_is_told_that_rights_are_not_separated(
    prepared: Prepared,
) -> None:
    owner = prepared.named("households", "owner")
    with psycopg.connect(prepared.url("households", "owner")) as connection:
        [said] = roles.separated(connection, "households", owner)
    assert "the service owns its database" in said
    assert "OWNER_URL_HOUSEHOLDS" in said


def test_a_right_that_was_added_is_taken_away_by_the_next_migration(prepared: Prepared) -> None:
    writer = sql.Identifier(prepared.named("log", "writer"))
    with psycopg.connect(prepared.url("log", "superuser"), autocommit=True) as admin:
        admin.execute(sql.SQL("GRANT DELETE ON log_records TO {}").format(writer))
        [taken] = migrate_one(prepared.url("log", "owner"), folder("log"), "log")
        assert (taken.right, taken.name) == ("DELETE", "public.log_records")
        assert found(admin, prepared, "log") == []


@pytest.mark.parametrize("may", ["NOCREATEROLE", "CREATEROLE"])
def test_one_address_for_all_is_enough(postgres_server: PostgresServer, may: str) -> None:
    name = f"alone_{uuid.uuid4().hex}"
    own = sql.Identifier(name)
    with psycopg.connect(postgres_server.url(), autocommit=True) as admin:
        making = sql.SQL("CREATE ROLE {} LOGIN PASSWORD 'plain' {}")
        admin.execute(making.format(own, sql.SQL(may)))
        admin.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(own, own))
        try:
            url = f"postgresql://{name}:plain@{postgres_server.host}:{postgres_server.port}/{name}"
            for _ in range(2):
                migrate_one(url, folder("reporting"), "reporting")
            with psycopg.connect(url) as connection:
                connection.execute("DROP SCHEMA views CASCADE")  # as a rebuild does
                # roles that it may make itself stand ready for who separates rights later
                have = live_roles(connection)
                assert len(have) == (0 if may == "NOCREATEROLE" else 3)
                assert list(roles.as_declared(connection, "reporting")) == []
        finally:
            admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(own))
            for each in [*(role(name, kind) for kind in KINDS[1:]), name]:
                admin.execute(sql.SQL("DROP ROLE IF EXISTS {}").format(sql.Identifier(each)))
