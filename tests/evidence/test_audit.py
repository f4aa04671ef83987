"""`doctor --audit` finds whatever was touched past the triggers, and names it."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace

import pytest
from sqlalchemy import text

from cli.audit import amount, audits
from services.reporting.tlog.copy import Copy
from services.reporting.tlog.tables import COPY
from shared.log.memory import MemoryLog
from shared.log.partition import partition_of
from shared.migrate import folder, migrate_one
from shared.mover.sequencer import Sequencer
from shared.projector.journal import append
from shared.settings import SERVICES, Settings
from shared.store.postgres import PostgresStore
from shared.tlog.checkpoint_publisher import Scribe
from tests.support.counter_app import SETTINGS
from tests.support.records import registry
from tests.support.servers import PostgresServer, fresh_database
from tests.support.store import engine_of, restored_from, write

pytestmark = pytest.mark.servers

KEYED = replace(SETTINGS, evidence_keys=(bytes(range(32)),))
SOURCE = "households"
TOPIC = KEYED.topic(SOURCE)


def filled(store_url: str, reporting_url: str) -> None:
    """Record two times six events, sign after each, and let reporting read and compare."""
    log = MemoryLog()
    log.ensure_topics([KEYED.checkpoints_topic], 1)
    with engine_of(store_url) as engine, engine_of(reporting_url) as reporting:
        store = PostgresStore(engine, registry())
        sequencer = Sequencer(engine)
        for name in ("first", "second"):
            write(store, name)
            while sequencer.run_pass():
                pass
            scribe = Scribe(engine, log, KEYED, SOURCE)
            while scribe.turn():
                pass
        sequencer.close()
        recorded = store.read_log(0, 100)
        with reporting.begin() as connection:
            append(connection, recorded)
            for each in recorded:
                connection.execute(
                    text(
                        "INSERT INTO consumed VALUES (:topic, :partition, :position, :position)"
                        " ON CONFLICT (topic, partition) DO UPDATE"
                        " SET last_position = excluded.last_position"
                    ),
                    {
                        "topic": TOPIC,
                        "partition": partition_of(each.meta.key, KEYED.partitions),
                        "position": each.position,
                    },
                )
        Copy(reporting, log, KEYED).turn()


@pytest.fixture(scope="module")
def originals(postgres_server: PostgresServer) -> Iterator[tuple[str, str]]:
    with ExitStack() as stack:
        store, reporting = (stack.enter_context(fresh_database(postgres_server)) for _ in range(2))
        migrate_one(store, folder(SOURCE))
        migrate_one(reporting, folder("reporting"))
        filled(store, reporting)
        yield store, reporting


def found_at(store: str, reporting: str) -> Settings:
    """Give the settings; the other services are as empty as reporting's own store."""
    databases = {**dict.fromkeys(SERVICES, reporting), SOURCE: store}
    return replace(KEYED, databases=databases)


@pytest.fixture
def untouched(originals: tuple[str, str]) -> Settings:
    return found_at(*originals)


@contextmanager
def copied(server: PostgresServer, untouched: Settings, *services: str) -> Iterator[Settings]:
    """Give the settings with copies in the place of what is to be touched."""
    urls = [untouched.databases[each] for each in (SOURCE, "reporting")]
    with ExitStack() as stack:
        for place, service in enumerate((SOURCE, "reporting")):
            if service in services:
                urls[place] = stack.enter_context(restored_from(server, urls[place]))
        yield found_at(*urls)


def troubles(settings: Settings) -> list[str]:
    """Give what is wrong, but that the tests' own login is a superuser."""
    lines = audits(settings, lambda _: None)
    return [
        f"{each.what}: {each.state}"
        for each in lines
        if not each.well and "superuser" not in each.state
    ]


def change(settings: Settings, service: str, statement: str) -> None:
    """Change what nobody may, as somebody with every right would, and put the triggers back."""
    tables = [each for each in ("events", "positions", "evidence.checkpoints") if each in statement]
    with engine_of(settings.databases[service]) as engine, engine.begin() as connection:
        for table in tables:
            connection.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
        connection.execute(text(statement))
        for table in tables:
            trigger = f"{table.rpartition('.')[2]}_append_only"
            connection.execute(text(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {trigger}"))


def test_what_nobody_touched_is_said_to_be_whole(untouched: Settings) -> None:
    seen: list[int] = []
    lines = list(audits(untouched, seen.append))
    assert sum(seen) == amount(untouched) == 4 * 12
    [signed] = [each.state for each in lines if each.what == "households: điểm kiểm / checkpoints"]
    assert signed.startswith("4 ")
    assert signed.endswith("over 12")
    assert [each.well for each in lines if "superuser" in each.state] == [False] * len(SERVICES)


AT = "seq = (SELECT seq FROM positions WHERE position = "
HOLLOW = (
    "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql"
    " AS $$BEGIN RETURN NULL; END$$"
)
CHANGED = {
    f"UPDATE events SET data = data || ' '::bytea WHERE {AT}1)": "this event was changed",
    f"UPDATE events SET type = 'CaseClosed' WHERE {AT}3)": "its columns are not",
    f"UPDATE events SET hash = sha256(hash) WHERE {AT}6)": "first 6 events are not those",
    "DELETE FROM evidence.checkpoints WHERE number = 1": "2 (kho / store): điểm trước đã mất",
    "UPDATE evidence.checkpoints SET note = replace(note, 'time 2', 'time 3')": "not right",
    "UPDATE evidence.trees SET problem = 'NoKey: none'": "commands are refused: NoKey: none",
}
REMOVED = {
    f"DELETE FROM events WHERE {AT}5)": "position 5: sự kiện đã mất",
    "DELETE FROM positions WHERE position = 8": "positions 8-8: đã mất / are gone",
    "DELETE FROM positions WHERE position = 12": "12 events were signed, the store holds 4",
}
UNGUARDED = {
    "DROP TRIGGER made_ids_append_only ON made_ids": "made_ids_append_only is gone",
    "ALTER TABLE access_log DISABLE TRIGGER USER": "ENABLE ALWAYS TRIGGER access_log_append_only",
    HOLLOW: "positions_append_only is off or was changed",
    "GRANT DELETE ON made_ids TO PUBLIC": "PUBLIC có quyền / may DELETE public.made_ids",
    "GRANT UPDATE (hash) ON access_log TO PUBLIC": "may UPDATE public.access_log",
}
REFUSED = (
    "INSERT INTO audited.checkpoints SELECT source, 3, size, note, vkey, signed_at, 'why'"
    " FROM audited.checkpoints WHERE number = 2"
)
READ = {
    "UPDATE journal SET data = '{}' WHERE position = 5": "is another in the journal",
    "DELETE FROM journal WHERE position = 4": "reporting lacks this event",
    "UPDATE journal SET position = 13 WHERE position = 3": "position 13: báo cáo có sự kiện",
    REFUSED: "checkpoint 3: why",
}


def test_whatever_was_touched_is_named(
    postgres_server: PostgresServer, untouched: Settings
) -> None:
    with copied(postgres_server, untouched, SOURCE, "reporting") as settings:
        for statement in (*CHANGED, *UNGUARDED):
            change(settings, SOURCE, statement)
        for statement in READ:
            change(settings, "reporting", statement)
        found = troubles(settings)
    for statement, said in (CHANGED | UNGUARDED | READ).items():
        assert any(said in each for each in found), (statement, found)
    assert all(each.startswith("households: ") for each in found)


def test_whatever_is_gone_is_named(postgres_server: PostgresServer, untouched: Settings) -> None:
    with copied(postgres_server, untouched, SOURCE) as settings:
        for statement in REMOVED:
            change(settings, SOURCE, statement)
        found = troubles(settings)
    for statement, said in REMOVED.items():
        assert any(said in each for each in found), (statement, found)


def test_ends_that_are_kept_otherwise_than_the_events_have_them_are_named(
    postgres_server: PostgresServer, untouched: Settings
) -> None:
    one = "ctid IN (SELECT ctid FROM {schema}.heads ORDER BY path LIMIT 1)"
    with copied(postgres_server, untouched, SOURCE, "reporting") as settings:
        shorter = f"UPDATE evidence.heads SET count = count - 1 WHERE {one}"
        change(settings, SOURCE, shorter.format(schema="evidence"))
        change(settings, "reporting", f"DELETE FROM audited.heads WHERE {one}".format(schema=COPY))
        change(settings, "reporting", "UPDATE audited.buckets SET hash = sha256(hash)")
        found = troubles(settings)
    assert all(each.startswith("households: đầu chuỗi / heads: ") for each in found)
    for said in ("store: đầu chuỗi của", "copy: đầu chuỗi của", "copy: nhóm"):
        assert any(said in each for each in found), (said, found)
    assert sum("is gone" in each for each in found) == 1


def test_what_reporting_has_not_read_yet_is_no_trouble(
    postgres_server: PostgresServer, untouched: Settings
) -> None:
    with copied(postgres_server, untouched, "reporting") as settings:
        change(settings, "reporting", "DELETE FROM journal WHERE position > 6")
        reached = "UPDATE consumed SET last_position = least(last_position, 6)"
        change(settings, "reporting", reached)
        assert troubles(settings) == []


def test_a_store_made_anew_with_other_bytes_is_not_what_was_signed(
    postgres_server: PostgresServer, untouched: Settings
) -> None:
    # whoever may do all may chain everything again: the signature is what he cannot make
    anew = "UPDATE events SET hash = sha256(hash); DELETE FROM evidence.checkpoints"
    with copied(postgres_server, untouched, SOURCE) as settings:
        change(settings, SOURCE, anew)
        found = troubles(settings)
    assert any("reporting's copy" in each and "not those that" in each for each in found), found


def test_a_database_that_is_away_is_said_to_be_so(untouched: Settings) -> None:
    gone = f"{untouched.databases[SOURCE].rpartition('/')[0]}/no_such_database"
    away = replace(untouched, databases={**untouched.databases, SOURCE: gone})
    [said] = troubles(away)
    assert said.startswith("households: kiểm toán / audit: ")
    assert amount(away) == 0
