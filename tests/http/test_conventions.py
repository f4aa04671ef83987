"""What every command endpoint keeps: answers, refusals, and that a refusal leaves no event."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

import pytest

from shared.database import engine
from shared.http.body import MOST_VALUES
from shared.ids import NAMESPACE
from shared.sealing.keyring import Keyring
from shared.sealing.keys import DatabaseKeys
from shared.sealing.masters import Masters
from shared.store.memory import MemoryStore
from shared.store.postgres import PostgresStore
from tests.support.counter_app import SETTINGS, People, bearer, people, runtime
from tests.support.counter_service import COUNTERS, FULL

NEW = "/v1/boxs"
OLD_PLACE, NEW_PLACE = "01864", "01864"
NOON = datetime(2026, 3, 10, 5, tzinfo=UTC)  # noon in Việt Nam
TODAY = date(2026, 3, 10)


def at_noon() -> People:
    return people(runtime(clock=lambda: NOON))


def box(someone: People, **more: Any) -> str:
    answer = someone.post(NEW, {"commune_code": NEW_PLACE, **more})
    assert answer.status_code == 201, answer.text
    return f"{NEW}/{answer.json['id']}"  # type: ignore[index] # a body is there


def refused(answer: Any, status: int, code: str, *errors: tuple[str, str]) -> dict[str, Any]:
    """Check the problem document whole, and give it."""
    document: dict[str, Any] = answer.get_json()
    assert (answer.status_code, document["code"]) == (status, code), document
    assert answer.content_type == "application/problem+json"
    assert document["status"] == status
    assert document["type"].endswith(f"/{code}")
    assert " / " in document["title"]
    assert " / " in document["detail"]
    found = {(each["pointer"], each["code"]) for each in document.get("errors", [])}
    assert found == set(errors)
    assert all(" / " in each["message"] for each in document.get("errors", []))
    return document


def test_a_command_answers_with_its_events() -> None:
    someone = at_noon()
    answer = someone.post(NEW, {"commune_code": NEW_PLACE})
    document = answer.get_json()
    (event,) = document["events"]
    assert answer.status_code == 201
    assert (event["type"], event["version"]) == ("BoxOpened", 1)
    assert document["stream_id"] == f"box-{document['id']}"
    assert document["version"] == 1
    assert UUID(document["id"]).version == 7
    assert answer.headers["ETag"] == '"1"'
    assert answer.headers["Location"] == f"{NEW}/{document['id']}"
    assert answer.headers["Consistency-Token"] == event["event_id"]


def test_a_part_is_answered_with_its_own_id_and_the_location_of_the_whole() -> None:
    someone = at_noon()
    path = box(someone)
    coin = str(uuid5(NAMESPACE, "coin"))
    answer = someone.post(f"{path}/coins", {"amount": 1, "coin_id": coin})
    assert (answer.get_json()["id"], answer.headers["Location"]) == (coin, path)


def test_a_command_that_changes_nothing_is_200_with_the_same_version() -> None:
    someone = at_noon()
    path = box(someone)
    answer = someone.post(f"{path}/coins", {"amount": 0})
    assert answer.status_code == 200
    assert answer.get_json()["events"] == []
    assert (answer.get_json()["version"], answer.headers["ETag"]) == (1, '"1"')


@pytest.mark.parametrize(
    ("raw", "status"),
    [
        (b'{"amount":1}', 201),
        (b"", 400),
        (b"{", 400),
        (b'{"amount":1}x', 400),
        (b'{"amount":1,"amount":1}', 400),
        (b'{"amount":NaN}', 400),
        (b'{"amount":1,"kind":"\xff"}', 400),
        (b'{"amount":1,"kind":"\\ud800"}', 400),
        (b"[" * MOST_VALUES, 400),
        ('{"amount":1}'.encode("utf-16"), 400),
    ],
    ids=[
        "good", "empty", "cut", "tail", "name-twice", "nan", "utf-8", "surrogate", "deep", "utf-16",
    ],
)  # fmt: skip
def test_only_json_in_utf_8_is_read(raw: bytes, status: int) -> None:
    someone = at_noon()
    answer = someone.send(f"{box(someone)}/coins", raw)
    assert answer.status_code == status, answer.text
    if status == 400:
        refused(answer, 400, "not-json")
        assert someone.recorded() == 1


@pytest.mark.parametrize(
    ("body", "errors"),
    [
        ({}, [("/amount", "required")]),
        ({"amount": None}, [("/amount", "required")]),
        ({"amount": -1}, [("/amount", "out-of-range")]),
        ({"amount": 1.5}, [("/amount", "wrong-type")]),
        ({"amount": 1.0}, [("/amount", "wrong-type")]),
        ({"amount": "1"}, [("/amount", "wrong-type")]),
        ({"amount": True}, [("/amount", "wrong-type")]),
        ({"amount": 2**53}, [("/amount", "out-of-range")]),
        ({"amount": 10**400}, [("/amount", "out-of-range")]),
        ({"amount": [1]}, [("/amount", "wrong-type")]),
        ({"amount": 1, "colour": "red"}, [("/colour", "unknown-field")]),
        ({"amount": 1, "a/b~c": 1}, [("/a~1b~0c", "unknown-field")]),
        ({"amount": 1, "kind": "stone"}, [("/kind", "not-in-list")]),
        ({"amount": 1, "kind": " "}, [("/kind", "required")]),
        ({"amount": 1, "kind": "co\x00in"}, [("/kind", "wrong-type")]),
        ({"amount": 1, "coin_id": "1"}, [("/coin_id", "wrong-type")]),
        ({"amount": 1, "put_on": "2026-02-30"}, [("/put_on", "wrong-type")]),
        ({"amount": 1, "put_on": "10/03/2026"}, [("/put_on", "wrong-type")]),
        ({"amount": 1, "put_on": "0001-01-01"}, [("/put_on", "out-of-range")]),
        ({"put_on": 5, "kind": 5}, [("/amount", "required"), ("/put_on", "wrong-type"),
                                    ("/kind", "wrong-type")]),
        ([], [("", "wrong-type")]),
        ("text", [("", "wrong-type")]),
        (None, [("", "wrong-type")]),
    ],
    ids=str,
)  # fmt: skip
def test_every_field_that_cannot_be_right_is_named(
    body: Any, errors: list[tuple[str, str]]
) -> None:
    someone = at_noon()
    path = f"{box(someone)}/coins"
    refused(someone.send(path, json.dumps(body).encode()), 422, "invalid", *errors)
    assert someone.recorded() == 1


@pytest.mark.parametrize(("days", "status"), [(-1, 201), (0, 201), (1, 422)])
def test_the_date_of_a_fact_is_not_in_the_future(days: int, status: int) -> None:
    someone = at_noon()
    day = (TODAY + timedelta(days=days)).isoformat()
    answer = someone.post(NEW, {"commune_code": NEW_PLACE, "opened_on": day})
    assert answer.status_code == status
    if status == 422:
        refused(answer, 422, "invalid", ("/opened_on", "in-future"))


@pytest.mark.parametrize(("hour", "day"), [(16, "2026-03-10"), (17, "2026-03-11")])
def test_without_a_date_it_is_today_in_viet_nam(hour: int, day: str) -> None:
    store = MemoryStore(COUNTERS.registry)
    now = datetime(2026, 3, 10, hour, tzinfo=UTC)
    box(people(runtime(store=store, clock=lambda: now)))
    assert store.read_log(0, 1)[0].meta.occurred_on.isoformat() == day


def test_a_commune_that_is_on_no_map_of_the_day_is_named() -> None:
    refused(
        at_noon().post(NEW, {"commune_code": "99999"}), 422, "invalid",
        ("/commune_code", "unknown-area"),
    )  # fmt: skip


def test_a_rule_refuses_with_its_own_code_and_members() -> None:
    someone = at_noon()
    path = f"{box(someone)}/coins"
    assert someone.post(path, {"amount": FULL}).status_code == 201
    document = refused(someone.post(path, {"amount": 1}), 409, "box-full")
    assert document["left"] == 0
    assert someone.recorded() == 2


@pytest.mark.parametrize(
    ("given", "status"),
    [('"1"', 201), ('W/"9", "1"', 201), ("*", 201), ('"2"', 412), ('"0"', 412), ("1", 412)],
)
def test_if_match_holds_the_version(given: str, status: int) -> None:
    someone = at_noon()
    answer = someone.post(f"{box(someone)}/coins", {"amount": 1}, If_Match=given)
    assert answer.status_code == status
    if status == 412:
        refused(answer, 412, "version-moved")
        assert answer.headers["ETag"] == '"1"'


@pytest.mark.parametrize(
    ("kind", "encoding", "status"),
    [
        ("application/json", "", 201),
        ("application/json; charset=utf-8", "", 201),
        ("text/plain", "", 415),
        ("application/x-www-form-urlencoded", "", 415),
        ("application/json", "gzip", 415),
    ],
)
def test_a_command_is_json_and_not_compressed(kind: str, encoding: str, status: int) -> None:
    someone = at_noon()
    path = f"{box(someone)}/coins"
    headers = {"Content-Type": kind} | ({"Content-Encoding": encoding} if encoding else {})
    answer = someone.client.post(path, data=b'{"amount":1}', headers=someone.who | headers)
    assert answer.status_code == status
    if status == 415:
        refused(answer, 415, "unsupported-media")


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/nothing", 404, "not-found"),
        ("GET", NEW, 405, "method-not-allowed"),
        ("DELETE", f"{NEW}/{UUID(int=1)}/coins", 405, "method-not-allowed"),
        ("POST", f"{NEW}/{UUID(int=1)}/coins", 404, "not-found"),
        ("POST", f"{NEW}/not-an-id/coins", 404, "not-found"),
    ],
)
def test_what_is_not_there_is_said_as_a_problem(
    method: str, path: str, status: int, code: str
) -> None:
    someone = at_noon()
    answer = someone.client.open(path, method=method, json={"amount": 1}, headers=someone.who)
    refused(answer, status, code)


class TestRoles:
    def test_a_role_that_is_not_listed_may_not(self) -> None:
        someone = at_noon()
        someone.who = bearer("bank_teller")
        document = refused(someone.post(NEW, {"commune_code": NEW_PLACE}), 403, "role-missing")
        assert "commune_officer" in document["detail"]

    def test_the_role_is_asked_before_the_body_is_read(self) -> None:
        someone = at_noon()
        someone.who = bearer("auditor")
        refused(someone.send(NEW, b"{"), 403, "role-missing")


class TestAreas:
    @pytest.mark.parametrize(
        ("areas", "status"), [(["060"], 201), (["061"], 403), ([], 403), (None, 201)]
    )
    def test_a_body_that_names_a_commune_outside_is_403(
        self, areas: list[str] | None, status: int
    ) -> None:
        someone = at_noon()
        someone.who = bearer(areas=areas)
        answer = someone.post(NEW, {"commune_code": NEW_PLACE})
        assert answer.status_code == status
        if status == 403:
            refused(answer, 403, "outside-area")
            assert someone.recorded() == 0

    @pytest.mark.parametrize(("areas", "status"), [(["060"], 201), (["061"], 404), ([], 404)])
    def test_a_thing_outside_is_as_if_it_were_not_there(
        self, areas: list[str], status: int
    ) -> None:
        someone = at_noon()
        path = f"{box(someone)}/coins"
        someone.who = bearer(areas=areas)
        answer = someone.post(path, {"amount": 1})
        assert answer.status_code == status
        if status == 404:
            someone.who = bearer(areas=["060"])
            gone = someone.post(f"{NEW}/{UUID(int=1)}/coins", {"amount": 1})
            assert refused(answer, 404, "not-found") == gone.get_json()


def test_the_location_holds_the_prefix_of_the_gateway() -> None:
    someone = at_noon()
    answer = someone.client.post(
        NEW,
        json={"commune_code": NEW_PLACE},
        headers=someone.who,
        environ_overrides={"SCRIPT_NAME": "/counters"},
    )
    assert answer.headers["Location"].startswith(f"/counters{NEW}/")


def test_a_trace_goes_with_the_event() -> None:
    store = MemoryStore(COUNTERS.registry)
    someone = people(runtime(store=store))
    trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    someone.post(NEW, {"commune_code": NEW_PLACE}, traceparent=trace)
    someone.post(NEW, {"commune_code": NEW_PLACE}, X_Request_ID="mine")
    first, second = (row.meta for row in store.read_log(0, 9))
    assert (first.traceparent, str(first.correlation_id)) == (
        trace, "0af76519-16cd-43dd-8448-eb211c80319c",
    )  # fmt: skip
    assert second.correlation_id == uuid5(NAMESPACE, "mine")


def test_a_bug_is_a_500_that_says_nothing_of_what_was_sent(
    caplog: pytest.LogCaptureFixture,
) -> None:
    def broken(*_: Any) -> Any:
        raise RuntimeError("Nguyễn Văn Bí Mật")

    first, *others = COUNTERS.routes
    service = replace(COUNTERS, routes=(replace(first, build=broken), *others))
    someone = people(runtime(service=service, settings=SETTINGS))
    answer = someone.post(NEW, {"commune_code": NEW_PLACE})
    document = refused(answer, 500, "broken")
    assert "Bí Mật" not in answer.text
    assert "Bí Mật" not in caplog.text
    (logged,) = [line for line in caplog.records if line.message == "broken"]
    assert logged.__dict__["correlation_id"] == document["correlation_id"]


def test_nothing_more_is_recorded_of_somebody_whose_data_was_erased() -> None:
    made = runtime()
    someone, gone = people(made), uuid5(NAMESPACE, "gone")
    made.keyring.erase(gone)
    body = {"commune_code": NEW_PLACE, "box_id": str(gone), "note": "a note"}
    refused(someone.post(NEW, body), 409, "data-erased")
    (answer,) = someone.batch({"key": "k", "path": NEW, "body": body | {"opened_on": "2026-01-01"}})
    assert (answer["status"], answer["body"]["code"]) == (409, "data-erased")
    assert someone.recorded() == 0


def test_a_database_that_is_away_is_503_and_says_when_to_try_again() -> None:
    nowhere = "postgresql://nobody@127.0.0.1:1/nothing"
    own = engine(nowhere, name="tests")
    away = replace(runtime(store=PostgresStore(own, COUNTERS.registry)), engine=own)
    someone = people(away)
    answer = someone.post(NEW, {"commune_code": NEW_PLACE})
    refused(answer, 503, "unavailable")
    assert answer.headers["Retry-After"] == "1"
    assert someone.get("/health/ready").status_code == 503
    assert someone.get("/health/live").status_code == 200
    own.dispose()


def test_keys_that_are_away_are_503_too() -> None:
    own = engine("postgresql://nobody@127.0.0.1:1/nothing", name="tests")
    keys = DatabaseKeys(own, "counters", Masters((bytes(32),)))
    someone = people(replace(runtime(), keyring=Keyring("counters", keys, bytes(32))))
    refused(someone.post(NEW, {"commune_code": NEW_PLACE, "note": "a"}), 503, "unavailable")
    assert someone.post(NEW, {"commune_code": NEW_PLACE}).status_code == 201
    own.dispose()
