"""A sponsor who is a person can be forgotten; what stands about others stands."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import text

from services.households.events import REGISTRY, PersonalDataErased
from services.sponsorship.app import SERVICE
from shared import erasure
from shared.areas import Commune
from shared.ids import named
from tests.support.households import household_registered
from tests.support.published import consume, published
from tests.support.servers import PostgresServer
from tests.support.service_app import Running, Speaker, code_of, pointers_of, running

pytestmark = pytest.mark.servers

NOW = datetime(2026, 3, 2, 3, tzinfo=UTC)
ORDER = {"legal_basis": "Luật 91/2025/QH15, Điều 14"}


@pytest.fixture(scope="module")
def service(postgres_server: PostgresServer) -> Iterator[Running]:
    with running(postgres_server, SERVICE, clock=lambda: NOW) as found:
        yield found


@pytest.fixture
def district(service: Running) -> Speaker:
    return service.as_("district_officer")


def sponsor(by: Speaker, known_as: str, **more: Any) -> tuple[str, dict[str, Any]]:
    body = {
        "sponsor_id": str(named(known_as)),
        "registered_on": "2023-01-01",
        "kind": "individual",
        "name": "Ma Thị Hảo Tâm",
    } | more
    return f"/v1/sponsors/{named(known_as)}", by.must("/v1/sponsors", body)


def test_an_erased_persons_name_is_null_and_said_to_be_erased(
    service: Running, district: Speaker
) -> None:
    path, _ = sponsor(district, "erased")
    privacy = service.as_("privacy_officer", areas=["060"])
    privacy.must(f"{path}/erasure", ORDER)
    assert privacy.post(f"{path}/erasure", ORDER).status_code == 200
    shown = district.sees(path)
    assert (shown["name"], shown["erased"]) == (None, True)
    listed = district.sees("/v1/sponsors?kind=individual")["items"]
    row = next(item for item in listed if item["sponsor_id"] == str(named("erased")))
    assert (row["name"], row["erased"]) == (None, True)
    gone = {"dissolved_on": "2026-01-01", "reason": "không còn tham gia"}
    district.must(f"{path}/dissolution", gone)


def test_an_agencys_name_is_nobodys_and_stays(service: Running, district: Speaker) -> None:
    path, _ = sponsor(district, "agency", kind="agency", name="Sở Tư pháp")
    answer = service.as_("privacy_officer").post(f"{path}/erasure", ORDER)
    assert code_of(answer) == (409, "not-a-person")
    assert district.sees(path)["name"] == "Sở Tư pháp"


def test_only_a_privacy_officer_erases(district: Speaker) -> None:
    path, _ = sponsor(district, "kept")
    assert code_of(district.post(f"{path}/erasure", ORDER)) == (403, "role-missing")


def test_who_read_a_persons_name_is_in_the_access_log(service: Running, district: Speaker) -> None:
    path, _ = sponsor(district, "watched")
    agency, _ = sponsor(district, "not watched", kind="agency", name="Sở Y tế")
    district.sees(path)
    district.sees(agency)
    district.sees("/v1/sponsors?limit=500")
    privacy = service.as_("privacy_officer", areas=["060"])

    def kinds(known_as: str) -> list[str]:
        items = privacy.sees(f"/v1/access-log?sponsor_id={named(known_as)}")["items"]
        return [item["kind"] for item in items]

    assert kinds("watched") == ["sponsor", "sponsors"]
    assert kinds("not watched") == []
    assert code_of(district.get("/v1/access-log")) == (403, "role-missing")


def test_a_corrected_name_is_sealed_too_and_the_kind_stays(
    service: Running, district: Speaker
) -> None:
    path, made = sponsor(district, "corrected")
    fix: dict[str, Any] = {"event_id": made["events"][0]["event_id"], "reason": "sai tên"}
    district.must(f"{path}/corrections", fix | {"fields": {"name": "Ma Thị Đã Sửa"}})
    assert district.sees(path)["name"] == "Ma Thị Đã Sửa"
    with service.engine.begin() as connection:
        stored = connection.execute(text("SELECT convert_from(data, 'UTF8') FROM events"))
        assert not any("Đã Sửa" in data for data in stored.scalars())
    refused = district.post(f"{path}/corrections", fix | {"fields": {"kind": "agency"}})
    assert pointers_of(refused) == [("/fields/kind", "unknown-field")]


def test_texts_about_a_household_go_when_one_of_its_people_is_erased_there(
    service: Running, district: Speaker
) -> None:
    sponsor(district, "helper", kind="agency", name="Đoàn xã")
    home = named("household erased elsewhere")
    body = {
        "assignment_id": str(named("assignment")),
        "household_id": str(home),
        "sponsor_id": str(named("helper")),
        "starts_on": "2024-01-01",
        "goal": "giúp ông Lý Văn Xóa",
        "commune_code": "01858",
    }
    district.must("/v1/assignments", body)
    path = f"/v1/assignments/{named('assignment')}"
    assert district.sees(path)["goal"] == "giúp ông Lý Văn Xóa"
    registered = household_registered(household_id=home, commune=Commune("01858", date(2000, 1, 1)))
    erased = PersonalDataErased(
        household_id=home,
        person=registered.head.member_id,
        legal_basis="Luật 91/2025/QH15",
        occurred_on=date(2026, 3, 1),
    )
    consume(service.engine, published(REGISTRY, "household", registered, erased), SERVICE)
    assert erasure.settle(service.runtime) == 1
    assert district.sees(path)["goal"] is None
