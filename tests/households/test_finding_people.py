"""Names by words with or without marks, likely duplicates, and who read of whom."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from services.households.app import SERVICE
from shared import access
from shared.ids import named
from tests.support.registering import BANG_THANH, IN_BA_BE, register
from tests.support.servers import PostgresServer
from tests.support.service_app import Running, Speaker, code_of, pointers_of, running

pytestmark = pytest.mark.servers

NOW = datetime(2026, 3, 2, 3, tzinfo=UTC)


@pytest.fixture(scope="module")
def service(postgres_server: PostgresServer) -> Iterator[Running]:
    with running(postgres_server, SERVICE, clock=lambda: NOW) as found:
        everywhere = found.as_("district_officer")
        child = {
            "full_name": "Triệu Mùi Nái",
            "relation": "child",
            "birth_date": "2015-05-05",
            "sex": "female",
            "able_to_work": False,
        }
        register(everywhere, "dang", "Đặng Thị Én", members=[child])
        register(everywhere, "dang too", "Đặng Văn Én", head={"citizen_id": "006 090 000 077"})
        register(everywhere, "far", "Đặng Thị Én", commune_code=IN_BA_BE)
        yield found


@pytest.fixture
def officer(service: Running) -> Speaker:
    return service.as_("commune_officer", areas=["060"], sub="can-bo")


def found(by: Speaker, **asked: str) -> list[str]:
    answer = by.post("/v1/households/search", asked)
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return [item["household_id"] for item in answer.get_json()["items"]]


@pytest.mark.parametrize(
    ("name", "homes"),
    [
        ("Đặng Thị Én", ["dang"]),
        ("dang thi en", ["dang"]),
        ("ĐẶNG THỊ ÉN", ["dang"]),
        ("EN dang", ["dang", "dang too"]),
        ("mùi", ["dang"]),
        ("Đặng Mùi", []),
        ("Đặn", []),
        ("Đặng Thị Ong", []),
    ],
)
def test_whole_words_of_one_name_in_any_order_with_or_without_marks(
    officer: Speaker, name: str, homes: list[str]
) -> None:
    assert sorted(found(officer, name=name)) == sorted(str(named(home)) for home in homes)


def test_a_citizen_number_and_a_commune_narrow_the_search(
    service: Running, officer: Speaker
) -> None:
    assert found(officer, citizen_id="006090000077") == [str(named("dang too"))]
    assert found(officer, citizen_id="006090000077", name="thi") == []
    everywhere = service.as_("district_officer")
    assert set(found(everywhere, name="dang thi en")) == {str(named("dang")), str(named("far"))}
    with_commune = found(everywhere, name="dang thi en", commune_code="01864")
    assert set(with_commune) <= {str(named("dang"))}


def test_a_search_goes_on_page_by_page(service: Running) -> None:
    by = service.as_("district_officer")
    first = by.post("/v1/households/search?limit=1", {"name": "dang en"}).get_json()
    seen = [item["head_name"] for item in first["items"]]
    cursor = first["next_cursor"]
    while cursor:
        path = f"/v1/households/search?limit=1&cursor={cursor}"
        other = by.post(path, {"name": "khac"})
        assert code_of(other) == (422, "bad-cursor")
        page = by.post(path, {"name": "dang en"}).get_json()
        seen += [item["head_name"] for item in page["items"]]
        cursor = page["next_cursor"]
    assert sorted(seen) == sorted(["Đặng Thị Én", "Đặng Thị Én", "Đặng Văn Én"])


@pytest.mark.parametrize(
    ("asked", "pointer"),
    [
        ({}, ("/name", "required")),
        ({"name": "!!"}, ("/name", "required")),
        ({"name": " ".join("abcdefghijklm")}, ("/name", "out-of-range")),
        ({"name": "a", "commune_code": "99999"}, ("/commune_code", "unknown-area")),
        ({"ten": "a"}, ("/ten", "unknown-field")),
    ],
)
def test_a_search_for_nothing_is_refused(
    officer: Speaker, asked: dict[str, str], pointer: tuple[str, str]
) -> None:
    answer = officer.post("/v1/households/search", asked)
    assert code_of(answer) == (422, "invalid")
    assert pointers_of(answer) == [pointer]


def test_the_document_says_what_a_search_holds(service: Running) -> None:
    document = service.client.get("/openapi.json").get_json()
    body = document["paths"]["/v1/households/search"]["post"]["requestBody"]
    assert body["content"]["application/json"]["schema"] == {"$ref": "#/components/schemas/Search"}


def test_twelve_words_are_searched_for(officer: Speaker) -> None:
    assert found(officer, name=" ".join("abcdefghijkl")) == []


def alike(by: Speaker, home: str) -> list[tuple[str, list[str]]]:
    items = by.sees(f"{home}/duplicates")["items"]
    return [(item["household_id"], item["alike"]) for item in items]


def test_likely_duplicates_are_listed_by_name_birth_year_and_commune(
    service: Running, officer: Speaker
) -> None:
    born: dict[str, Any] = {"head": {"birth_date": "1971-01-01"}}
    other_year: dict[str, Any] = {"head": {"birth_date": "1972-01-01"}}
    same_year: dict[str, Any] = {"head": {"birth_date": "1971-12-31"}}
    one = register(officer, "one", "Bàn Tòn Sơn", **born)
    register(officer, "same", "BAN TON SON", **same_year)
    register(officer, "older", "Bàn Tòn Sơn", **other_year)
    register(officer, "unknown", "Bàn Tòn Sơn")
    register(officer, "named else", "Bàn Tòn Sớm Hơn", **born)
    everywhere = service.as_("district_officer")
    register(everywhere, "elsewhere", "Bàn Tòn Sơn", commune_code=IN_BA_BE, **born)
    listed = dict(alike(officer, one))
    assert listed == {
        str(named("same")): ["name", "birth_year", "commune"],
        str(named("unknown")): ["name", "commune"],
    }
    assert dict(alike(everywhere, one)) == listed
    far = service.as_("commune_officer", areas=["061"])
    assert code_of(far.get(f"{one}/duplicates")) == (404, "not-found")


def test_a_citizen_number_twice_names_the_other_household_to_those_who_may_see_it(
    service: Running, officer: Speaker
) -> None:
    register(officer, "first", "Nông Văn Số", head={"citizen_id": "006090000088"})
    head = {"full_name": "Nông Văn Số", "able_to_work": True, "citizen_id": "006-090-000-088"}
    body = {
        "registered_on": "2024-01-10",
        "commune_code": BANG_THANH,
        "village": "Nà Lẹng",
        "area_type": "rural",
        "head": head,
    }
    near = officer.post("/v1/households", body)
    assert code_of(near) == (409, "duplicate-citizen")
    told = near.get_json()
    assert told["household_id"] == str(named("first"))
    assert told["member_id"] == str(named("first head"))
    far = service.as_("commune_officer", areas=["061"])
    answer = far.post("/v1/households", body | {"commune_code": IN_BA_BE})
    assert code_of(answer) == (409, "duplicate-citizen")
    assert str(named("first")) not in answer.get_data(as_text=True)


def test_every_reading_of_people_is_in_the_access_log(service: Running, officer: Speaker) -> None:
    home = register(officer, "watched", "Dương Văn Nhìn")
    me = str(named("watched"))
    officer.sees(home)
    officer.post("/v1/households/names", {"ids": [me]})
    officer.post("/v1/households/search", {"name": "duong van nhin"})
    officer.sees(f"{home}/duplicates")
    officer.sees("/v1/households?limit=500")
    privacy = service.as_("privacy_officer", areas=["060"])
    items = privacy.sees(f"/v1/access-log?household_id={me}")["items"]
    assert [item["kind"] for item in items] == ["household", "names", "search", "duplicates"]
    assert {item["reader"] for item in items} == {"can-bo"}
    assert {tuple(item["subject_ids"]) for item in items} == {(me,)}
    page = service.as_("auditor").sees(f"/v1/access-log?household_id={me}&limit=3")
    assert len(page["items"]) == 3
    assert page["next_cursor"]


def test_the_access_log_is_for_those_who_watch_over_it_in_their_area(
    service: Running, officer: Speaker
) -> None:
    me = str(named("dang"))
    assert code_of(officer.get(f"/v1/access-log?household_id={me}")) == (403, "role-missing")
    far = service.as_("privacy_officer", areas=["061"])
    assert code_of(far.get(f"/v1/access-log?household_id={me}")) == (404, "not-found")
    refused = far.get("/v1/access-log")
    assert pointers_of(refused) == [("/household_id", "required")]
    assert pointers_of(far.get("/v1/access-log?household_id=x")) == [
        ("/household_id", "wrong-type")
    ]
    assert service.as_("privacy_officer").sees("/v1/access-log")["items"]


def test_a_reading_that_is_refused_leaves_no_entry(service: Running) -> None:
    far = service.as_("commune_officer", areas=["061"], sub="nguoi-la")
    assert far.get(f"/v1/households/{named('dang')}").status_code == 404
    items = service.as_("privacy_officer").sees("/v1/access-log?limit=500")["items"]
    assert "nguoi-la" not in {item["reader"] for item in items}


def test_a_changed_or_missing_entry_is_noticed(service: Running, officer: Speaker) -> None:
    for _ in range(3):
        officer.sees(f"/v1/households/{named('dang')}")
    with service.engine.connect() as connection:
        assert access.first_broken(connection) is None
    with pytest.raises(ProgrammingError, match="append-only"), service.engine.begin() as open_:
        open_.execute(text("DELETE FROM access_log"))
    for change in ("UPDATE access_log SET reader = 'x'", "DELETE FROM access_log"):
        with service.engine.connect() as connection:
            connection.execute(
                text("ALTER TABLE access_log DISABLE TRIGGER access_log_append_only")
            )
            connection.execute(text(f"{change} WHERE number = 2"))
            assert access.first_broken(connection) == 2
            connection.rollback()
