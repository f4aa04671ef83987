"""What a correction may do, by whom, and what follows from it."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from services.households.app import SERVICE
from shared.ids import named
from tests.support.registering import register
from tests.support.servers import PostgresServer
from tests.support.service_app import Running, Speaker, code_of, pointers_of, running

pytestmark = pytest.mark.servers

NOW = datetime(2027, 3, 2, 3, tzinfo=UTC)


@pytest.fixture(scope="module")
def service(postgres_server: PostgresServer) -> Iterator[Running]:
    with running(postgres_server, SERVICE, clock=lambda: NOW) as found:
        yield found


@pytest.fixture
def officer(service: Running) -> Speaker:
    return service.as_("commune_officer", areas=["060"], sub="can-bo")


def event_of(answer: dict[str, Any]) -> dict[str, str]:
    return {"event_id": answer["events"][0]["event_id"], "reason": "ghi nhầm"}


def reviewed(by: Speaker, home: str, scored_on: str = "2024-09-15") -> dict[str, Any]:
    body = {"scored_on": scored_on, "year": 2024, "kind": "annual", "b1": 120, "b2": 40}
    return by.must(f"{home}/reviews", body)


@pytest.mark.parametrize(
    ("day", "standard"),
    [
        ("2024-09-16", "ND07-2021"),
        ("2026-12-31", "ND07-2021"),
        ("2027-01-01", "ND351-2025"),
    ],
)
def test_the_standard_is_that_of_the_corrected_day(
    service: Running, officer: Speaker, day: str, standard: str
) -> None:
    home = register(officer, f"scored {day}", "Lý Văn Một")
    fix = event_of(reviewed(officer, home))
    officer.must(f"{home}/corrections", fix | {"fields": {"scored_on": day}})
    stream = service.runtime.store.read_stream(f"household-{home.rpartition('/')[2]}")
    assert stream[-1].event.fields == {"scored_on": day, "standard": standard}


def test_a_second_correction_keeps_what_the_first_said(service: Running, officer: Speaker) -> None:
    body = {"head": {"phone": "0912 000 111"}}
    home = register(officer, "corrected twice", "Lý Văn Sai", **body)
    events = service.as_("auditor").sees(f"{home}/events")["items"]
    fix = {"event_id": events[0]["event_id"], "reason": "ghi nhầm"}
    officer.must(f"{home}/corrections", fix | {"fields": {"head": {"full_name": "Lý Văn Đúng"}}})
    officer.must(f"{home}/corrections", fix | {"fields": {"head": {"phone": "0912 000 222"}}})
    (head,) = officer.sees(home)["members"]
    assert (head["full_name"], head["phone"]) == ("Lý Văn Đúng", "0912 000 222")


def test_nobody_corrects_a_household_into_another_area(service: Running, officer: Speaker) -> None:
    home = register(officer, "moved by correction", "Lý Văn Một")
    move = {"village": "Pác Ngòi", "area_type": "rural", "moved_on": "2024-06-01"}
    moved = officer.must(f"{home}/move", move | {"commune_code": "01858"})
    fix = event_of(moved) | {"fields": {"commune_code": "01900"}}
    assert code_of(officer.post(f"{home}/corrections", fix)) == (403, "outside-area")
    service.as_("commune_officer", sub="tinh").must(f"{home}/corrections", fix)
    assert service.as_("commune_officer", areas=["061"]).sees(home)["village"] == "Pác Ngòi"


def test_a_corrected_day_needs_a_commune_of_that_days_map(officer: Speaker) -> None:
    home = register(officer, "over the reform", "Lý Văn Một")
    move = {"village": "Nà Lẹng", "area_type": "urban", "moved_on": "2025-06-30"}
    fix = event_of(officer.must(f"{home}/move", move | {"commune_code": "01858"}))
    refused = officer.post(f"{home}/corrections", fix | {"fields": {"moved_on": "2025-07-01"}})
    assert pointers_of(refused) == [("/fields/commune_code", "unknown-area")]
    officer.must(f"{home}/corrections", fix | {"fields": {"moved_on": "2025-06-29"}})
    both = {"moved_on": "2025-07-01", "commune_code": "01864"}
    officer.must(f"{home}/corrections", fix | {"fields": both})


def test_who_scored_a_review_does_not_correct_what_was_decided_on_it(
    service: Running, officer: Speaker
) -> None:
    home = register(officer, "four eyes", "Lý Văn Một")
    review = reviewed(officer, home)
    leader = service.as_("district_officer", areas=["060"], sub="lanh-dao")
    decided = leader.must(
        f"{home}/classifications",
        {
            "decided_on": "2024-12-01",
            "status": "poor",
            "decision_no": "12/QĐ",
            "effective_from": "2025-01-01",
            "review_id": review["id"],
        },
    )
    change = {"status": "near_poor", "departure_reason": "meeting_view"}
    fix = event_of(decided) | {"fields": change}
    assert code_of(officer.post(f"{home}/corrections", fix)) == (409, "four-eyes")
    kin = service.as_("district_officer", sub="ho-hang", related=[str(named("four eyes"))])
    assert code_of(kin.post(f"{home}/corrections", fix)) == (409, "four-eyes")
    leader.must(f"{home}/corrections", fix)


def test_who_corrected_the_points_does_not_decide_on_them(
    service: Running, officer: Speaker
) -> None:
    home = register(officer, "points corrected", "Lý Văn Điểm")
    scored = reviewed(officer, home)
    leader = service.as_("district_officer", areas=["060"], sub="lanh-dao")
    leader.must(f"{home}/corrections", event_of(scored) | {"fields": {"b1": 150}})
    decision = {
        "decided_on": "2024-12-01",
        "status": "not_poor",
        "decision_no": "12/QĐ",
        "effective_from": "2025-01-01",
        "review_id": scored["id"],
    }
    assert code_of(leader.post(f"{home}/classifications", decision)) == (409, "four-eyes")
    deputy = service.as_("district_officer", areas=["060"], sub="pho-lanh-dao")
    decided = deputy.must(f"{home}/classifications", decision)
    change = event_of(decided) | {"fields": {"decision_no": "13/QĐ"}}
    assert code_of(leader.post(f"{home}/corrections", change)) == (409, "four-eyes")
