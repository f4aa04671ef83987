"""The register over HTTP, on a real database: the path of the story, and what is refused."""

import json
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import text

from services.households.app import SERVICE
from shared.ids import named
from shared.mover.sequencer import Sequencer
from shared.run import rebuild
from tests.support.servers import PostgresServer
from tests.support.service_app import Running, Speaker, code_of, pointers_of, running

pytestmark = pytest.mark.servers

# Bằng Thành of Pác Nặm (060); Ba Bể is 061
BANG_THANH, IN_BA_BE = "01858", "01900"
NOW = datetime(2026, 3, 2, 3, tzinfo=UTC)


@pytest.fixture(scope="module")
def service(postgres_server: PostgresServer) -> Iterator[Running]:
    with running(postgres_server, SERVICE, clock=lambda: NOW) as found:
        yield found


@pytest.fixture
def officer(service: Running) -> Speaker:
    return service.as_("commune_officer", areas=["060"], sub="can-bo")


@pytest.fixture
def district(service: Running) -> Speaker:
    return service.as_("district_officer", areas=["060"], sub="lanh-dao")


def registration(name: str, **more: Any) -> dict[str, Any]:
    return {
        "household_id": str(named(name)),
        "registered_on": "2024-01-10",
        "commune_code": BANG_THANH,
        "village": "Nà Lẹng",
        "area_type": "rural",
        "head": {
            "member_id": str(named(f"{name} head")),
            "full_name": "Hoàng Văn Thử",
            "able_to_work": True,
            "phone": "0912 000 111",
        },
    } | more


def registered(by: Speaker, name: str, **more: Any) -> str:
    by.must("/v1/households", registration(name, **more))
    return f"/v1/households/{named(name)}"


def test_a_household_goes_from_registration_to_a_status_and_a_target(
    officer: Speaker, district: Speaker
) -> None:
    home = registered(officer, "whole path")
    child = {
        "joined_on": "2024-02-01",
        "full_name": "Hoàng Thị Con",
        "relation": "child",
        "birth_date": "2024-01-30",
        "sex": "female",
        "able_to_work": False,
    }
    joined = officer.must(f"{home}/members", child)
    review = {
        "scored_on": "2024-09-20",
        "year": 2024,
        "kind": "annual",
        "b1": 120,
        "b2": 40,
        "reviewer_ids": ["truong-thon"],
    }
    review_id = officer.must(f"{home}/reviews", review)["id"]
    steps = f"{home}/reviews/{review_id}"
    officer.must(f"{steps}/meeting", {"held_on": "2024-10-01", "attendees": 40, "agreed": 39})
    officer.must(f"{steps}/posting", {"posted_on": "2024-10-02", "posted_until": "2024-10-06"})
    decision = {
        "decided_on": "2024-12-01",
        "status": "poor",
        "decision_no": "12/QĐ-UBND",
        "effective_from": "2025-01-01",
        "review_id": review_id,
    }
    assert code_of(officer.post(f"{home}/classifications", decision)) == (409, "four-eyes")
    district.must(f"{home}/classifications", decision)
    district.must(f"{home}/exit-targets", {"set_on": "2026-01-15", "year": 2026, "to": "out"})
    groups = {"occurred_on": "2026-01-15", "groups": ["ethnic_minority"]}
    assert officer.put(f"{home}/groups", groups).status_code == 201
    again = officer.put(f"{home}/groups", groups)
    assert (again.status_code, json.loads(again.get_data())["events"]) == (200, [])

    shown = officer.sees(home)
    assert shown["status"] == "poor"
    (reviewed,), (decided,) = shown["reviews"], shown["classifications"]
    assert [step["step"] for step in reviewed["steps"]] == [
        *("scored", "meeting", "posted", "classified"),
    ]
    assert (decided["decision_no"], decided["review_id"]) == ("12/QĐ-UBND", review_id)
    assert shown["groups"] == ["ethnic_minority"]
    assert [target["year"] for target in shown["exit_targets"]] == [2026]
    assert [member["full_name"] for member in shown["members"]] == [
        "Hoàng Văn Thử",
        "Hoàng Thị Con",
    ]
    assert shown["members"][1]["member_id"] == joined["id"]
    assert shown["members"][1]["birth_date"] == "2024-01-30"

    def listed(query: str) -> list[str]:
        items = officer.sees(f"/v1/households?limit=500&{query}")["items"]
        return [item["household_id"] for item in items]

    me = str(named("whole path"))
    assert me in listed("status=poor")
    assert me not in listed("status=poor&on=2024-12-31")
    assert me in listed("group=ethnic_minority")
    assert me in listed("target_year=2026")
    assert me not in listed("target_year=2025")
    assert me in listed("commune=01858&on=2024-06-01")
    assert me not in listed("village=Kh%C3%A1c")


def test_no_personal_data_is_stored_or_listed_in_plain(service: Running, officer: Speaker) -> None:
    head = {"full_name": "Ma Thị Bí Mật", "able_to_work": True, "citizen_id": "000123456789"}
    home = registered(officer, "secret", head=head)
    officer.must(f"{home}/reviews", {"year": 2024, "kind": "annual", "b1": 1, "b2": 0})
    with service.engine.begin() as connection:
        tables = connection.execute(
            text("SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'")
        ).scalars()
        for table in list(tables):
            rows = connection.execute(text(f'SELECT "{table}"::text FROM "{table}"')).scalars()
            for row in rows:
                for secret in ("Bí Mật", "000123456789"):
                    assert secret not in row
                    assert secret.encode().hex() not in row
    listed = officer.get("/v1/households?limit=500").get_data(as_text=True)
    assert "Bí Mật" not in listed
    asked = {"ids": [str(named("secret"))]}
    names = officer.post("/v1/households/names", asked).get_json()
    assert names == {
        "items": [
            {
                "household_id": str(named("secret")),
                "head_name": "Ma Thị Bí Mật",
                "village": "Nà Lẹng",
                "erased": False,
            }
        ]
    }
    elsewhere = Speaker(service.client, service.as_("commune_officer", areas=["061"]).who)
    assert elsewhere.post("/v1/households/names", asked).get_json() == {"items": []}


def test_each_reader_sees_no_more_than_their_role(service: Running, officer: Speaker) -> None:
    home = registered(officer, "roles")
    card = service.as_("bank_teller", areas=["060"]).sees(home)
    assert card["members"][0]["full_name"] == "Hoàng Văn Thử"
    assert "groups" not in card
    assert "phone" not in card["members"][0]
    audit = service.as_("auditor").sees(home)
    assert audit["members"][0]["full_name"].startswith("s1:")
    operator = service.as_("operator")
    assert code_of(operator.get(home)) == (403, "role-missing")
    teller = service.as_("bank_teller", areas=["060"])
    assert code_of(teller.post(f"{home}/closure", {"reason": "other"})) == (403, "role-missing")


def test_a_household_outside_the_area_is_not_there(service: Running, officer: Speaker) -> None:
    home = registered(officer, "elsewhere")
    stranger = service.as_("commune_officer", areas=["061"])
    assert code_of(stranger.get(home)) == (404, "not-found")
    assert code_of(stranger.post(f"{home}/closure", {"reason": "other"})) == (404, "not-found")
    listed = stranger.sees("/v1/households?limit=500")["items"]
    assert str(named("elsewhere")) not in [item["household_id"] for item in listed]
    outside = registration("outside")
    assert code_of(stranger.post("/v1/households", outside)) == (403, "outside-area")


def test_the_new_commune_sees_a_moved_household_and_the_old_one_no_longer(
    service: Running, officer: Speaker
) -> None:
    home = registered(officer, "moved")
    province = service.as_("district_officer")
    move = {
        "moved_on": "2025-05-01",
        "commune_code": IN_BA_BE,
        "village": "Pác Ngòi",
        "area_type": "rural",
    }
    assert code_of(officer.post(f"{home}/move", move)) == (403, "outside-area")
    province.must(f"{home}/move", move)
    assert service.as_("commune_officer", areas=["061"]).sees(home)["village"] == "Pác Ngòi"
    assert code_of(officer.get(home)) == (404, "not-found")


def test_one_citizen_is_a_present_member_of_one_household(officer: Speaker) -> None:
    head = {"full_name": "A", "able_to_work": True, "citizen_id": "000 111 222 333"}
    first = registered(officer, "citizen one", head=head | {"member_id": str(named("citizen"))})
    same = {"full_name": "A", "able_to_work": True, "citizen_id": "000111222333"}
    second = registration("citizen two", head=same)
    assert code_of(officer.post("/v1/households", second)) == (409, "duplicate-citizen")
    assert officer.get(f"/v1/households/{named('citizen two')}").status_code == 404
    left = {"reason": "married_out", "left_on": "2025-01-01"}
    officer.must(f"{first}/members/{named('citizen')}/departure", left)
    officer.must("/v1/households", second | {"registered_on": "2025-01-01"})


def test_a_refused_line_of_a_batch_leaves_the_others(officer: Speaker) -> None:
    head = {"full_name": "A", "able_to_work": True, "citizen_id": "000555666777"}
    lines = [
        {"key": name.replace(" ", "-"), "path": "/v1/households", "body": registration(name) | more}
        for name, more in (
            ("batch one", {"head": head}),
            ("batch two", {"head": head}),
            ("batch three", {}),
        )
    ]
    sent = "\n".join(json.dumps(line) for line in lines)
    answer = officer.client.post(
        "/v1/commands", data=sent, headers=officer.who | {"Content-Type": "application/x-ndjson"}
    )
    answers = [json.loads(line) for line in answer.get_data(as_text=True).splitlines()]
    assert [one["status"] for one in answers] == [201, 409, 201]
    assert answers[1]["body"]["code"] == "duplicate-citizen"


def test_a_member_comes_back_under_the_same_id(officer: Speaker) -> None:
    home = registered(officer, "returning")
    member_id = str(named("returning child"))
    child = {
        "member_id": member_id,
        "joined_on": "2024-02-01",
        "full_name": "B",
        "relation": "child",
        "birth_date": "2000-01-01",
        "sex": "male",
        "able_to_work": True,
    }
    first = officer.must(f"{home}/members", child)
    assert officer.must(f"{home}/members", child, 200) == first
    other = registered(officer, "not returning")
    assert code_of(officer.post(f"{other}/members", child)) == (409, "already-exists")
    officer.must(
        f"{home}/members/{member_id}/departure", {"left_on": "2024-03-01", "reason": "moved"}
    )
    again = officer.must(f"{home}/members", child | {"joined_on": "2024-04-01"})
    assert (again["id"], again["version"]) == (member_id, 4)


def test_pages_are_stable_and_a_cursor_belongs_to_its_filters(officer: Speaker) -> None:
    for number in range(3):
        registered(officer, f"page {number}", registered_on=f"2019-01-0{number + 1}")
    first = officer.sees("/v1/households?limit=2")
    registered(officer, "page before", registered_on="2018-01-01")
    second = officer.sees(f"/v1/households?limit=2&cursor={first['next_cursor']}")
    assert second["items"][0]["registered_on"] == "2019-01-03"
    moved = officer.get(f"/v1/households?limit=2&status=poor&cursor={first['next_cursor']}")
    assert code_of(moved) == (422, "bad-cursor")


@pytest.mark.parametrize(
    ("change", "pointer", "code"),
    [
        ({"commune_code": "99999"}, "/commune_code", "unknown-area"),
        ({"registered_on": "2026-03-03"}, "/registered_on", "in-future"),
        ({"area_type": "desert"}, "/area_type", "not-in-list"),
        ({"head": {"full_name": "A"}}, "/head/able_to_work", "required"),
        ({"village": ""}, "/village", "required"),
        ({"colour": "red"}, "/colour", "unknown-field"),
        ({"ethnicity": "Tày"}, "/ethnicity", "wrong-type"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_registration_that_cannot_be_right_names_its_field(
    officer: Speaker, change: dict[str, Any], pointer: str, code: str
) -> None:
    answer = officer.post("/v1/households", registration("never") | change)
    assert code_of(answer) == (422, "invalid")
    assert (pointer, code) in pointers_of(answer)
    assert officer.get(f"/v1/households/{named('never')}").status_code == 404


def test_points_of_deprivation_come_in_tens(officer: Speaker) -> None:
    home = registered(officer, "tens")
    for b2, fine in ((20, True), (25, False), (120, True), (130, False)):
        review = {"year": 2024, "kind": "annual", "b1": 1, "b2": b2}
        answer = officer.post(f"{home}/reviews", review)
        assert answer.status_code == (201 if fine else 422)
        assert fine or pointers_of(answer) == [("/b2", "out-of-range")]


def test_what_stands_for_a_set_holds_nothing_twice(officer: Speaker) -> None:
    home = registered(officer, "sets")
    review = {"year": 2024, "kind": "annual", "b1": 1, "b2": 20}
    for body, pointer in (
        ({"deprivations": ["water", "water"]}, "/deprivations/1"),
        ({"deprivations": ["water"], "reviewer_ids": ["a", "b", "a"]}, "/reviewer_ids/2"),
    ):
        answer = officer.post(f"{home}/reviews", review | body)
        assert pointers_of(answer) == [(pointer, "out-of-range")]
    for path, name, code in (("groups", "groups", "war_merit"), ("causes", "causes", "illness")):
        answer = officer.put(f"{home}/{path}", {name: [code, code]})
        assert pointers_of(answer) == [(f"/{name}/1", "out-of-range")]
    assert officer.sees(home)["reviews"] == []


def test_queries_say_which_filter_is_wrong(officer: Speaker) -> None:
    for query, pointer, code in (
        ("status=rich", "/status", "not-in-list"),
        ("on=yesterday", "/on", "wrong-type"),
        ("commune=99999", "/commune", "unknown-area"),
        ("color=red", "/color", "unknown-field"),
        ("limit=501", "/limit", "out-of-range"),
    ):
        assert pointers_of(officer.get(f"/v1/households?{query}")) == [(pointer, code)]


def test_a_corrected_event_counts_as_if_it_had_been_recorded_so(
    service: Running, officer: Speaker, district: Speaker
) -> None:
    home = registered(officer, "corrected")
    decision = {
        "decided_on": "2024-12-01",
        "status": "near_poor",
        "decision_no": "1",
        "effective_from": "2025-01-01",
    }
    event_id = district.must(f"{home}/classifications", decision)["events"][0]["event_id"]
    wrong = {"event_id": event_id, "reason": "nhập nhầm", "fields": {"status": "rich"}}
    assert pointers_of(officer.post(f"{home}/corrections", wrong)) == [
        ("/fields/status", "not-in-list")
    ]
    right = wrong | {"fields": {"status": "poor", "effective_from": "2025-02-01"}}
    officer.must(f"{home}/corrections", right)
    assert officer.sees(home)["status"] == "poor"
    listed = officer.sees("/v1/households?limit=500&status=poor&on=2025-02-01")["items"]
    assert str(named("corrected")) in [item["household_id"] for item in listed]
    officer.must(f"{home}/corrections", {"event_id": event_id, "reason": "x", "annul": True})
    assert officer.sees(home)["status"] == "unknown"
    raw = service.as_("auditor").sees(f"{home}/events")["items"]
    assert [event["type"] for event in raw] == [
        "HouseholdRegistered",
        "HouseholdClassified",
        "EventCorrected",
        "EventCorrected",
    ]


def test_annulling_a_closure_reopens_and_a_correction_keeps_names_sealed(officer: Speaker) -> None:
    home = registered(officer, "reopened")
    registration_event = officer.must(f"{home}/closure", {"reason": "other"})["events"][0]
    late = {"event_id": registration_event["event_id"], "reason": "nhầm", "annul": True}
    officer.must(f"{home}/corrections", late)
    assert officer.sees(home)["closed_on"] is None
    again = late | {"event_id": officer.must(f"{home}/corrections", late)["events"][0]["event_id"]}
    assert code_of(officer.post(f"{home}/corrections", again)) == (409, "not-correctable")


def test_names_are_corrected_sealed_and_ids_are_not_corrected(
    service: Running, officer: Speaker
) -> None:
    answer = officer.must("/v1/households", registration("renamed"))
    home = f"/v1/households/{named('renamed')}"
    event_id = answer["events"][0]["event_id"]
    fields = {"head": {"full_name": "Hoàng Văn Đúng"}, "village": "Khâu Đấng"}
    officer.must(
        f"{home}/corrections", {"event_id": event_id, "reason": "sai tên", "fields": fields}
    )
    shown = officer.sees(home)
    assert shown["village"] == "Khâu Đấng"
    assert shown["members"][0]["full_name"] == "Hoàng Văn Đúng"
    assert shown["members"][0]["phone"] == "0912 000 111"
    raw = service.as_("auditor").get(f"{home}/events").get_data(as_text=True)
    assert "Đúng" not in raw
    other = {"household_id": str(named("other"))}
    refused = officer.post(
        f"{home}/corrections", {"event_id": event_id, "reason": "x", "fields": other}
    )
    assert pointers_of(refused) == [("/fields/household_id", "out-of-range")]


def test_a_correction_may_not_make_an_impossible_history(officer: Speaker) -> None:
    home = registered(officer, "impossible")
    item = {
        "agreed_on": "2024-05-01",
        "action": "x",
        "addresses": "no_land",
        "due_on": "2024-06-01",
    }
    agreed = officer.must(f"{home}/plan-items", item)
    officer.must(f"{home}/plan-items/{agreed['id']}/completion", {"completed_on": "2024-05-20"})
    event_id = agreed["events"][0]["event_id"]
    late = {"event_id": event_id, "reason": "x", "fields": {"agreed_on": "2024-05-21"}}
    assert code_of(officer.post(f"{home}/corrections", late)) == (409, "not-recordable")
    gone = {"event_id": event_id, "reason": "x", "annul": True}
    assert code_of(officer.post(f"{home}/corrections", gone)) == (409, "not-recordable")
    future = {"event_id": event_id, "reason": "x", "fields": {"agreed_on": "2026-03-03"}}
    assert pointers_of(officer.post(f"{home}/corrections", future)) == [
        ("/fields/agreed_on", "in-future")
    ]


def test_the_tables_can_be_made_anew_from_the_events(service: Running, officer: Speaker) -> None:
    registered(officer, "rebuilt")

    def rows() -> list[Any]:
        with service.engine.begin() as connection:
            return [
                sorted(connection.execute(text(f"SELECT {table}::text FROM {table}")).scalars())
                for table in ("households", "household_periods", "citizens")
            ]

    before = rows()
    with closing(Sequencer(service.engine)) as sequencer:
        while sequencer.run_pass():
            pass
    assert rebuild(service.runtime) == 0
    assert rows() == before


def test_areas_and_standards_are_read_as_of_a_date(officer: Speaker) -> None:
    old = officer.sees("/v1/areas/01864?on=2025-06-30")
    new = officer.sees("/v1/areas/01864?on=2025-07-01")
    assert old["became"] is not None
    assert len(new["formed_from"]) > 1
    assert code_of(officer.get("/v1/areas/060?on=2025-07-01")) == (404, "not-found")
    assert len(officer.sees("/v1/areas?on=2025-06-30")["items"]) == 63 + 8 + 108
    forth = officer.sees("/v1/areas/01858?on=2025-06-30&to=2025-07-01")["converted"]
    assert forth == {"code": "01864", "valid_from": "2025-07-01"}
    back = officer.get("/v1/areas/01864?on=2025-07-01&to=2025-06-30")
    assert pointers_of(back) == [("/to", "not-convertible")]
    province = officer.sees("/v1/areas/06?on=2025-06-30")
    assert province["became"] == {"code": "19", "valid_from": "2025-07-01"}
    standard = officer.sees("/v1/standards?on=2026-12-31")["items"][0]
    assert standard["limits"]["urban"] == {"b1_max": 175, "b2_poor": 30}
    assert officer.sees("/v1/standards?on=2027-01-01")["items"][0]["limits"] == {}
