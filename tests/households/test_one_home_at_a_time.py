"""One citizen belongs to one household at a time, in the past too and at the same instant."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from services.households.app import SERVICE
from shared.ids import named
from tests.support.registering import BANG_THANH, register
from tests.support.servers import PostgresServer
from tests.support.service_app import Running, Speaker, code_of, pointers_of, running
from tests.support.together import one_of, together

pytestmark = pytest.mark.servers

NOW = datetime(2026, 3, 2, 3, tzinfo=UTC)
FIRST_DAY, LAST_DAY = "2024-01-10", "2024-06-01"


@pytest.fixture(scope="module")
def service(postgres_server: PostgresServer) -> Iterator[Running]:
    with running(postgres_server, SERVICE, clock=lambda: NOW) as found:
        yield found


@pytest.fixture
def officer(service: Running) -> Speaker:
    return service.as_("commune_officer", areas=["060"], sub="can-bo")


def number_of(name: str) -> str:
    return f"006{named(name).int % 10**9:09d}"


def wanted(name: str, citizen: str, **more: Any) -> dict[str, Any]:
    return {
        "household_id": str(named(name)),
        "registered_on": FIRST_DAY,
        "commune_code": BANG_THANH,
        "village": "Nà Lẹng",
        "area_type": "rural",
        "head": {"full_name": "Lý Văn Một", "able_to_work": True, "citizen_id": citizen},
    } | more


def joining(citizen: str, day: str, **more: Any) -> dict[str, Any]:
    return {
        "joined_on": day,
        "full_name": "Lý Thị Hai",
        "relation": "spouse",
        "birth_date": "1990-01-01",
        "sex": "female",
        "able_to_work": True,
        "citizen_id": citizen,
    } | more


def who_left(by: Speaker, name: str) -> str:
    """Register somebody who left on the last day; give the household."""
    home = register(by, name, "Lý Văn Một", head={"citizen_id": number_of(name)})
    gone = {"left_on": LAST_DAY, "reason": "moved"}
    by.must(f"{home}/members/{named(f'{name} head')}/departure", gone)
    return home


@pytest.mark.parametrize(("day", "status"), [("2024-05-31", 409), (LAST_DAY, 201)])
def test_nobody_is_in_two_households_on_one_day_of_the_past(
    officer: Speaker, day: str, status: int
) -> None:
    name = f"left before {day}"
    who_left(officer, name)
    other = register(officer, f"{name}, other", "Nông Văn Khác")
    answer = officer.post(f"{other}/members", joining(number_of(name), day))
    assert answer.status_code == status, answer.get_data(as_text=True)
    new = wanted(f"{name}, new", number_of(name), registered_on=day)
    assert code_of(officer.post("/v1/households", new)) == (409, "duplicate-citizen")


def test_a_household_that_is_no_more_still_had_its_people(officer: Speaker) -> None:
    home = register(officer, "closed", "Lý Văn Một", head={"citizen_id": number_of("closed")})
    officer.must(f"{home}/closure", {"closed_on": LAST_DAY, "reason": "left_province"})
    early = wanted("after the closed", number_of("closed"), registered_on="2024-05-31")
    answer = officer.post("/v1/households", early)
    assert code_of(answer) == (409, "duplicate-citizen")
    assert home.rpartition("/")[2] in answer.get_data(as_text=True)
    officer.must("/v1/households", early | {"registered_on": LAST_DAY})


def test_an_earlier_stay_counts_where_somebody_came_back(officer: Speaker) -> None:
    home = who_left(officer, "returned")
    back = joining(number_of("returned"), "2025-01-01", member_id=str(named("returned head")))
    officer.must(f"{home}/members", back)
    other = register(officer, "returned, other", "Nông Văn Khác")
    answer = officer.post(f"{other}/members", joining(number_of("returned"), "2024-03-01"))
    assert code_of(answer) == (409, "duplicate-citizen")


def test_no_correction_of_dates_or_numbers_makes_two_of_one(officer: Speaker) -> None:
    home = register(officer, "corrected", "Lý Văn Một", head={"citizen_id": number_of("c")})
    gone = officer.must(
        f"{home}/members/{named('corrected head')}/departure",
        {"left_on": LAST_DAY, "reason": "moved"},
    )
    made = officer.must(
        "/v1/households", wanted("elsewhere", number_of("c"), registered_on=LAST_DAY)
    )
    fix = {"event_id": gone["events"][0]["event_id"], "reason": "nhầm"}
    for change in ({"annul": True}, {"fields": {"left_on": "2024-06-02"}}):
        answer = officer.post(f"{home}/corrections", fix | change)
        assert code_of(answer) == (409, "duplicate-citizen")
    fix = {"event_id": made["events"][0]["event_id"], "reason": "nhầm"}
    elsewhere = f"/v1/households/{named('elsewhere')}/corrections"
    answer = officer.post(elsewhere, fix | {"fields": {"registered_on": "2024-05-31"}})
    assert code_of(answer) == (409, "duplicate-citizen")


def test_of_two_at_the_same_instant_one_is_refused(officer: Speaker) -> None:
    both = [wanted(f"instant {which}", number_of("instant")) for which in ("one", "two")]
    one_of(together(*((officer, "/v1/households", body) for body in both)), "duplicate-citizen")


def test_one_household_id_is_registered_once_at_the_same_instant(officer: Speaker) -> None:
    both = [wanted("same id", number_of(which)) for which in ("id one", "id two")]
    one_of(together(*((officer, "/v1/households", body) for body in both)), "already-exists")


def test_a_member_leaves_once_and_a_household_is_closed_once_at_the_same_instant(
    officer: Speaker,
) -> None:
    home = register(officer, "leaving", "Lý Văn Một")
    member = f"{home}/members/{named('leaving head')}/departure"
    days = ("2024-06-01", "2024-06-02")
    gone = [(officer, member, {"left_on": day, "reason": "moved"}) for day in days]
    one_of(together(*gone), "already-left")
    ends = [
        (officer, f"{home}/closure", {"closed_on": day, "reason": "other"})
        for day in ("2024-06-03", "2024-06-04")
    ]
    one_of(together(*ends), "already-closed")


def test_a_year_has_one_target_at_the_same_instant(service: Running, officer: Speaker) -> None:
    home = register(officer, "aiming", "Lý Văn Một")
    district = service.as_("district_officer", areas=["060"])
    aims = [
        (district, f"{home}/exit-targets", {"set_on": "2024-06-01", "year": 2025, "to": to})
        for to in ("out", "near_poor")
    ]
    one_of(together(*aims), "already-exists")


class TestWhoCannotBe:
    @pytest.mark.parametrize(
        ("number", "day", "status"),
        [
            ("006090000001", FIRST_DAY, 201),
            ("106090000001", FIRST_DAY, 422),
            ("00609000000", FIRST_DAY, 422),
            ("0060900000011", FIRST_DAY, 422),
            ("00609000000a", FIRST_DAY, 422),
            ("095090001", "2024-12-31", 201),
            ("095090002", "2025-01-01", 422),
        ],
    )
    def test_a_citizens_number_has_its_form(
        self, officer: Speaker, number: str, day: str, status: int
    ) -> None:
        answer = officer.post(
            "/v1/households", wanted(f"{number} {day}", number, registered_on=day)
        )
        assert answer.status_code == status, answer.get_data(as_text=True)
        if status == 422:
            assert pointers_of(answer) == [("/head/citizen_id", "out-of-range")]

    @pytest.mark.parametrize(("born", "status"), [(FIRST_DAY, 201), ("2024-01-11", 422)])
    def test_nobody_is_born_after_becoming_a_member(
        self, officer: Speaker, born: str, status: int
    ) -> None:
        child = joining(number_of(born), FIRST_DAY, birth_date=born)
        del child["joined_on"], child["citizen_id"]
        name = f"with a child of {born}"
        new = wanted(name, number_of(name), members=[child])
        answer = officer.post("/v1/households", new)
        assert answer.status_code == status, answer.get_data(as_text=True)
        home = register(officer, f"{name}, joining", "Lý Văn Một")
        joins = officer.post(f"{home}/members", child | {"joined_on": FIRST_DAY})
        assert joins.status_code == status, joins.get_data(as_text=True)
        if status == 422:
            assert pointers_of(answer) == [("/members/0/birth_date", "out-of-order")]
            assert pointers_of(joins) == [("/birth_date", "out-of-order")]
            return
        fix = {"event_id": joins.get_json()["events"][0]["event_id"], "reason": "nhầm"}
        late = officer.post(f"{home}/corrections", fix | {"fields": {"birth_date": "2024-01-11"}})
        assert pointers_of(late) == [("/fields/birth_date", "out-of-order")]
