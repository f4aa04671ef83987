"""A phone that was out of reach for three days sends what it noted down, and sends it again."""

import gzip
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

import pytest
from sqlalchemy import text

from services.households.app import SERVICE
from shared.ids import named
from tests.support.counter_app import ndjson
from tests.support.servers import PostgresServer
from tests.support.service_app import Running, Speaker, running

pytestmark = pytest.mark.servers

NOW = datetime(2026, 3, 5, 3, tzinfo=UTC)
HOMES = ("Nà Lẹng", "Khuổi Lính", "Nặm Khiếu")
Line = dict[str, Any]


@pytest.fixture(scope="module")
def service(postgres_server: PostgresServer) -> Iterator[Running]:
    with running(postgres_server, SERVICE, clock=lambda: NOW) as found:
        yield found


@pytest.fixture
def phone(service: Running) -> Speaker:
    return service.as_("commune_officer", areas=["060"], sub="can-bo")


def noted(home: str, step: str, path: str, **body: Any) -> Line:
    return {"key": f"{home}-{step}".replace(" ", "-").encode().hex(), "path": path, "body": body}


def day_one(home: str) -> Line:
    return noted(
        home,
        "registered",
        "/v1/households",
        household_id=str(named(home)),
        registered_on="2026-03-02",
        commune_code="01864",
        village=home,
        area_type="rural",
        head={"member_id": str(named(f"{home} head")), "full_name": "A", "able_to_work": True},
    )


def day_two(home: str) -> Line:
    return noted(
        home,
        "scored",
        f"/v1/households/{named(home)}/reviews",
        review_id=str(named(f"{home} review")),
        scored_on="2026-03-03",
        year=2026,
        kind="off_cycle",
        b1=120,
        b2=40,
        reviewer_ids=["truong-thon"],
    )


def day_three(home: str) -> Line:
    return noted(
        home,
        "met",
        f"/v1/households/{named(home)}/reviews/{named(f'{home} review')}/meeting",
        held_on="2026-03-04",
        attendees=30,
        agreed=29,
    )


def slip() -> Line:
    return noted("slip", "met", f"/v1/households/{named(HOMES[0])}/reviews", b1=-1)


def three_days() -> list[Line]:
    lines = [day(home) for day in (day_one, day_two, day_three) for home in HOMES]
    return [*lines[:5], slip(), *lines[5:]]


def send(service: Running, phone: Speaker, lines: list[Line]) -> list[dict[str, Any]]:
    kind = {"Content-Type": "application/x-ndjson", "Content-Encoding": "gzip"}
    answer = service.client.post(
        "/v1/commands", data=gzip.compress(ndjson(*lines)), headers=phone.who | kind
    )
    assert answer.status_code == 200, answer.text
    return [json.loads(line) for line in answer.text.splitlines()]


def recorded(service: Running) -> int:
    with service.engine.connect() as connection:
        return int(connection.execute(text("SELECT count(*) FROM events")).scalar_one())


def test_three_days_arrive_at_once_in_order_and_one_bad_line_harms_no_other(
    service: Running, phone: Speaker
) -> None:
    lines = three_days()
    answers = send(service, phone, lines)
    assert [answer["key"] for answer in answers] == [line["key"] for line in lines]
    good = [answer for answer in answers if answer["key"] != slip()["key"]]
    assert {answer["status"] for answer in good} == {201}
    (bad,) = [answer for answer in answers if answer["key"] == slip()["key"]]
    assert bad["status"] == 422
    assert {"/b1", "/year", "/kind"} <= {error["pointer"] for error in bad["body"]["errors"]}
    for home in HOMES:
        mine = [each for each in good if each["body"]["stream_id"].endswith(str(named(home)))]
        assert all(
            before["body"]["version"] < after["body"]["version"] for before, after in pairwise(mine)
        )
        assert [event["type"] for each in mine for event in each["body"]["events"]] == [
            "HouseholdRegistered",
            "ReviewScored",
            "VillageMeetingHeld",
        ]


def test_the_batch_may_be_sent_again_whole_or_from_anywhere(
    service: Running, phone: Speaker
) -> None:
    lines = three_days()
    first = send(service, phone, lines)
    count = recorded(service)
    assert send(service, phone, lines) == first
    assert send(service, phone, lines[4:]) == first[4:]
    assert recorded(service) == count


def test_a_lost_key_does_not_double_what_has_an_id_of_its_own(
    service: Running, phone: Speaker
) -> None:
    send(service, phone, three_days())
    count = recorded(service)
    anew = [{**day(HOMES[0]), "key": f"anew-{n}"} for n, day in enumerate((day_one, day_two))]
    assert [answer["status"] for answer in send(service, phone, anew)] == [200, 200]
    assert recorded(service) == count


def test_what_the_phone_did_not_date_is_not_dated_today(service: Running, phone: Speaker) -> None:
    line = day_two("Nà Mu")
    del line["body"]["scored_on"]
    send(service, phone, [day_one("Nà Mu")])
    (answer,) = send(service, phone, [line])
    assert [(each["pointer"], each["code"]) for each in answer["body"]["errors"]] == [
        ("/scored_on", "date-required")
    ]
