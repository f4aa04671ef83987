"""A database of keys that was restored from an older backup is noticed, and what to do is said."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlalchemy import Engine, text

from cli import check_keys
from services.households.app import SERVICE
from shared import missing_keys
from shared.http.app import create_app
from shared.ids import named
from shared.migrate import folder, migrate_one
from shared.sealing.keyring import Keyring
from shared.sealing.keys import DatabaseKeys
from shared.sealing.masters import Masters
from shared.service import Runtime
from shared.settings import BadSetting, Settings
from shared.store.postgres import PostgresStore
from tests.support.counter_app import PROVINCE_KEY, SETTINGS, authenticator
from tests.support.registering import register
from tests.support.servers import PostgresServer, fresh_database
from tests.support.service_app import Running
from tests.support.store import engine_of

pytestmark = pytest.mark.servers

NOW = datetime(2026, 3, 2, 3, tzinfo=UTC)
NAME = "Lý Văn Một"
Both = tuple[Running, Settings, Engine]


@pytest.fixture
def both(postgres_server: PostgresServer) -> Iterator[Both]:
    with fresh_database(postgres_server) as url, fresh_database(postgres_server) as keys_url:
        migrate_one(url, folder("households"))
        migrate_one(keys_url, folder("keys"))
        settings = replace(SETTINGS, databases={"households": url, "keys": keys_url})
        with engine_of(url) as own, engine_of(keys_url) as keys:
            runtime = Runtime(
                settings=settings,
                service=SERVICE,
                store=PostgresStore(own, SERVICE.registry),
                keyring=Keyring(
                    "households",
                    DatabaseKeys(keys, "households", Masters((bytes(32),))),
                    PROVINCE_KEY,
                ),
                engine=own,
                clock=lambda: NOW,
            )
            app = create_app(runtime, authenticator=authenticator())
            yield Running(runtime, app.test_client(), own), settings, keys


def restored_without(keys: Engine, name: str) -> None:
    """Take away what was made after the backup: all keys of one household and its people."""
    with keys.begin() as connection:
        connection.execute(
            text("DELETE FROM owner_keys WHERE owner = ANY(:owners)"),
            {"owners": [named(name), named(f"{name} head")]},
        )


def names(service: Running, home: str) -> list[str | None]:
    people = service.as_("commune_officer").sees(home)["members"]
    return [person["full_name"] for person in people]


def test_keys_that_fit_are_said_to_fit(both: Both) -> None:
    service, settings, keys = both
    register(service.as_("commune_officer"), "fits", NAME)
    assert missing_keys.check(settings) == []
    assert missing_keys.look("households", service.engine, keys).without_key == frozenset()


def test_nothing_starts_where_keys_are_missing_until_their_loss_is_accepted(both: Both) -> None:
    service, settings, keys = both
    officer = service.as_("commune_officer")
    kept, lost = register(officer, "kept", NAME), register(officer, "lost", NAME)
    restored_without(keys, "lost")
    with pytest.raises(BadSetting, match="ACCEPT_LOST_KEYS=1"):
        missing_keys.check(settings)
    found = missing_keys.look("households", service.engine, keys)
    assert found.without_key == {named("lost head")}
    (said,) = missing_keys.check(replace(settings, accept_lost_keys=True))
    assert " / " in said
    assert (names(service, kept), names(service, lost)) == ([NAME], [None])
    assert missing_keys.check(settings) == []
    # later texts about the same person are sealed under another key, and read
    events = service.as_("auditor").sees(f"{lost}/events")["items"]
    fix = {"event_id": events[0]["event_id"], "reason": "ghi lại sau khi mất khóa"}
    officer.must(f"{lost}/corrections", fix | {"fields": {"head": {"full_name": "Lý Văn Hai"}}})
    assert names(service, lost) == ["Lý Văn Hai"]


def test_a_text_that_only_looks_sealed_stops_nobody(both: Both) -> None:
    service, settings, _ = both
    register(service.as_("commune_officer"), "posing", NAME, village=f"s1:{'A' * 80}")
    assert missing_keys.check(settings) == []


def test_an_erasure_that_came_undone_is_ordered_again(both: Both) -> None:
    service, settings, keys = both
    home = register(service.as_("commune_officer"), "erased", NAME)
    with keys.begin() as connection:
        backup = connection.execute(text("SELECT owner, wrapped, master FROM owner_keys")).all()
    order = {"person": str(named("erased head")), "legal_basis": "Luật 91/2025/QH15"}
    service.as_("privacy_officer").must(f"{home}/erasure", order)
    with keys.begin() as connection:
        connection.execute(text("DELETE FROM owner_keys"))
        for row in backup:
            connection.execute(
                text(
                    "INSERT INTO owner_keys (service, owner, wrapped, master)"
                    " VALUES ('households', :owner, :wrapped, :master)"
                ),
                row._asdict(),
            )
    assert missing_keys.look("households", service.engine, keys).came_back > 0
    (said,) = missing_keys.check(settings)
    assert " / " in said
    with service.engine.begin() as connection:
        waiting = text("SELECT count(*) FROM erasures WHERE done_at IS NULL")
        assert connection.execute(waiting).scalar_one() > 0


def test_doctor_names_the_service_and_the_remedy(
    both: Both, monkeypatch: pytest.MonkeyPatch
) -> None:
    service, settings, keys = both
    register(service.as_("commune_officer"), "for the doctor", NAME)
    monkeypatch.setattr(check_keys, "SERVICES", ("households",))
    (well,) = check_keys.fitting(settings)
    assert well.well
    restored_without(keys, "for the doctor")
    (line,) = check_keys.fitting(settings)
    assert not line.well
    assert "ACCEPT_LOST_KEYS=1" in line.state
