"""A person who is erased is nobody's any more, and everything else stands."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import text

from services.households.app import SERVICE
from shared import erasure
from shared.ids import named
from shared.run import rebuild
from shared.sealing.keys import MemoryKeys
from tests.support.registering import register
from tests.support.servers import PostgresServer
from tests.support.service_app import Running, Speaker, code_of, running

pytestmark = pytest.mark.servers

NOW = datetime(2026, 3, 2, 3, tzinfo=UTC)
ORDER = {"legal_basis": "Luật 91/2025/QH15, Điều 14"}


@pytest.fixture(scope="module")
def service(postgres_server: PostgresServer) -> Iterator[Running]:
    with running(postgres_server, SERVICE, clock=lambda: NOW) as found:
        yield found


@pytest.fixture
def officer(service: Running) -> Speaker:
    return service.as_("commune_officer", areas=["060"])


@pytest.fixture
def privacy(service: Running) -> Speaker:
    return service.as_("privacy_officer", areas=["060"], sub="bao-ve-du-lieu")


def erase(by: Speaker, home: str, person: str) -> dict[str, Any]:
    return by.must(f"{home}/erasure", ORDER | {"person": str(named(person))})


def test_an_erased_head_is_null_and_said_to_be_erased(officer: Speaker, privacy: Speaker) -> None:
    head = {"phone": "0912 345 678", "citizen_id": "006090000001", "birth_date": "1980-02-03"}
    home = register(officer, "erased", "Lý Văn Xóa", head=head)
    answer = erase(privacy, home, "erased head")
    assert [event["type"] for event in answer["events"]] == ["PersonalDataErased"]
    (member,) = officer.sees(home)["members"]
    assert member["erased"] is True
    for name in ("full_name", "birth_date", "citizen_id", "phone"):
        assert member[name] is None
    found = officer.post("/v1/households/names", {"ids": [str(named("erased"))]}).get_json()
    (item,) = found["items"]
    assert (item["head_name"], item["erased"]) == (None, True)
    held = privacy.sees(f"{home}/personal-data")["items"][0]["data"]["head"]
    assert held["full_name"] is None


def test_erasing_again_changes_nothing(officer: Speaker, privacy: Speaker) -> None:
    home = register(officer, "twice", "Lý Văn Hai Lần")
    erase(privacy, home, "twice head")
    again = privacy.post(f"{home}/erasure", ORDER | {"person": str(named("twice head"))})
    assert (again.status_code, json.loads(again.get_data())["events"]) == (200, [])


def test_the_key_is_destroyed_and_the_history_still_reads(
    service: Running, officer: Speaker, privacy: Speaker
) -> None:
    home = register(officer, "destroyed", "Lý Văn Khóa")
    owner = named("destroyed head")
    sealed = service.runtime.keyring.seal(owner, "Lý Văn Khóa")
    erase(privacy, home, "destroyed head")
    assert service.runtime.keyring.open(sealed) is None
    history = service.as_("auditor").sees(f"{home}/events")["items"]
    assert [event["type"] for event in history] == ["HouseholdRegistered", "PersonalDataErased"]


def test_free_text_about_the_household_goes_too_and_new_text_can_be_written(
    service: Running, officer: Speaker, privacy: Speaker
) -> None:
    home = register(officer, "texts", "Lý Văn Chữ")
    ring, owner = service.runtime.keyring, named("texts")
    before = ring.seal(owner, "nhà ông Chữ")
    erase(privacy, home, "texts head")
    assert ring.open(before) is None
    causes = {"occurred_on": "2026-01-15", "causes": ["illness"], "note": "ghi chú mới"}
    assert officer.put(f"{home}/causes", causes).status_code == 201
    after = ring.seal(owner, "ghi chú mới")
    assert rebuild(service.runtime) == 0
    assert ring.open(after) == "ghi chú mới"


def test_a_key_that_came_back_with_a_backup_is_destroyed_by_a_rebuild(
    service: Running, officer: Speaker, privacy: Speaker
) -> None:
    home = register(officer, "came back", "Lý Văn Về")
    ring, owner = service.runtime.keyring, named("came back head")
    sealed, kept = ring.seal(owner, "Lý Văn Về"), ring.keys.find([owner])
    erase(privacy, home, "came back head")
    assert isinstance(ring.keys, MemoryKeys)
    ring.keys.kept.update(kept)
    assert ring.open(sealed) == "Lý Văn Về"
    assert rebuild(service.runtime) == 0
    assert ring.open(sealed) is None


def test_an_order_that_was_cut_short_is_carried_out_later(
    service: Running, officer: Speaker, privacy: Speaker
) -> None:
    home = register(officer, "cut short", "Lý Văn Dở")
    sealed = service.runtime.keyring.seal(named("cut short head"), "Lý Văn Dở")
    erase(privacy, home, "cut short head")
    with service.engine.begin() as connection:
        connection.execute(text("UPDATE erasures SET done_at = NULL"))
    assert erasure.settle(service.runtime) > 0
    assert erasure.settle(service.runtime) == 0
    assert service.runtime.keyring.open(sealed) is None


def test_an_erasure_within_a_batch_destroys_the_key_too(
    service: Running, officer: Speaker, privacy: Speaker
) -> None:
    home = register(officer, "in a batch", "Lý Văn Loạt")
    sealed = service.runtime.keyring.seal(named("in a batch head"), "Lý Văn Loạt")
    body = ORDER | {"person": str(named("in a batch head")), "occurred_on": "2026-03-01"}
    line = json.dumps({"key": "batch-1", "path": f"{home}/erasure", "body": body})
    kind = {"Content-Type": "application/x-ndjson"}
    answer = service.client.post("/v1/commands", data=line, headers=privacy.who | kind)
    assert json.loads(answer.get_data())["status"] == 201
    assert service.runtime.keyring.open(sealed) is None


def test_an_erased_person_is_not_recorded_again_under_the_same_id(
    officer: Speaker, privacy: Speaker
) -> None:
    home = register(officer, "again", "Lý Văn Lại")
    child = {
        "member_id": str(named("again child")),
        "joined_on": "2024-02-01",
        "full_name": "Lý Thị Con",
        "relation": "child",
        "birth_date": "2020-01-30",
        "sex": "female",
        "able_to_work": False,
    }
    officer.must(f"{home}/members", child)
    erase(privacy, home, "again child")
    left = {"left_on": "2025-02-01", "reason": "moved"}
    officer.must(f"{home}/members/{named('again child')}/departure", left)
    back = officer.post(f"{home}/members", child | {"joined_on": "2026-02-01"})
    assert code_of(back) == (409, "data-erased")
    assert "Lý Thị Con" not in back.get_data(as_text=True)


def test_an_erasure_is_not_undone_by_a_correction(officer: Speaker, privacy: Speaker) -> None:
    home = register(officer, "undone", "Lý Văn Hoàn")
    answer = erase(privacy, home, "undone head")
    (event,) = answer["events"]
    undo = {"event_id": event["event_id"], "reason": "nhầm", "annul": True}
    assert officer.post(f"{home}/corrections", undo).status_code == 409


def test_only_the_privacy_officer_of_the_area_erases(service: Running, officer: Speaker) -> None:
    home = register(officer, "mine", "Lý Văn Quyền")
    order = ORDER | {"person": str(named("mine head"))}
    assert code_of(officer.post(f"{home}/erasure", order)) == (403, "role-missing")
    far = service.as_("privacy_officer", areas=["061"])
    assert code_of(far.post(f"{home}/erasure", order)) == (404, "not-found")
    stranger = ORDER | {"person": str(named("nobody"))}
    near = service.as_("privacy_officer", areas=["060"])
    assert code_of(near.post(f"{home}/erasure", stranger)) == (404, "not-found")


def test_an_erased_name_is_found_no_more_and_the_number_is_free(
    service: Running, officer: Speaker, privacy: Speaker
) -> None:
    home = register(officer, "forgotten", "Lý Văn Quên", head={"citizen_id": "006090000002"})
    erase(privacy, home, "forgotten head")
    for asked in ({"name": "Lý Văn Quên"}, {"citizen_id": "006090000002"}):
        assert officer.post("/v1/households/search", asked).get_json()["items"] == []
    register(officer, "other", "Lý Văn Mới", head={"citizen_id": "006090000002"})
    with service.engine.begin() as connection:
        for table in ("people", "name_words"):
            left = connection.execute(
                text(f"SELECT count(*) FROM {table} WHERE household_id = :id"),
                {"id": named("forgotten")},
            )
            assert left.scalar_one() == 0
