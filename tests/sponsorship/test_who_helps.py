"""Who may help, see and write what: one sponsor once, and nobody for what is no more."""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest

from services.households.events import REGISTRY, HouseholdClosed
from services.sponsorship.app import SERVICE
from shared.areas import Commune
from shared.ids import named
from tests.support.counter_app import ndjson
from tests.support.households import household_registered
from tests.support.published import consume, published
from tests.support.servers import PostgresServer
from tests.support.service_app import Running, Speaker, code_of, running
from tests.support.together import one_of, together

pytestmark = pytest.mark.servers

HERE = "01858"
NOW = datetime(2026, 3, 2, 3, tzinfo=UTC)
AGENCY, PERSON, OTHER = (named(f"helping {name}") for name in ("agency", "person", "other"))
VISIT = {"visited_on": "2024-03-01", "progress": "improving"}


@pytest.fixture(scope="module")
def service(postgres_server: PostgresServer) -> Iterator[Running]:
    with running(postgres_server, SERVICE, clock=lambda: NOW) as found:
        for sponsor_id, kind in ((AGENCY, "agency"), (PERSON, "individual"), (OTHER, "agency")):
            registered(found, sponsor_id, kind)
        yield found


@pytest.fixture
def officer(service: Running) -> Speaker:
    return service.as_("district_officer", areas=["060"], sub="can-bo")


def registered(service: Running, sponsor_id: UUID, kind: str = "agency") -> str:
    body = {"sponsor_id": str(sponsor_id), "kind": kind, "name": f"Tên {kind}"}
    by = service.as_("district_officer", sub="lanh-dao")
    by.must("/v1/sponsors", body | {"registered_on": "2023-01-01"})
    return f"/v1/sponsors/{sponsor_id}"


def wanted(name: str, sponsor_id: UUID = AGENCY, **more: Any) -> dict[str, Any]:
    return {
        "assignment_id": str(named(f"assignment {name}")),
        "household_id": str(named(f"helped {name}")),
        "sponsor_id": str(sponsor_id),
        "starts_on": "2024-01-01",
        "goal": "Thoát nghèo bền vững",
        "commune_code": HERE,
    } | more


def assigned(by: Speaker, name: str, sponsor_id: UUID = AGENCY, **more: Any) -> str:
    made = by.must("/v1/assignments", wanted(name, sponsor_id, **more))
    return f"/v1/assignments/{made['id']}"


def another(name: str, **more: Any) -> dict[str, Any]:
    """Ask for a second assignment of the same sponsor and household."""
    return wanted(name, assignment_id=str(named(f"second {name}")), **more)


class TestOneSponsorOnce:
    @pytest.mark.parametrize(("starts", "status"), [("2024-05-31", 409), ("2024-06-01", 201)])
    def test_the_same_sponsor_helps_a_household_again_only_after_the_first_time(
        self, officer: Speaker, starts: str, status: int
    ) -> None:
        name = f"again {starts}"
        here = assigned(officer, name)
        officer.must(f"{here}/end", {"ended_on": "2024-06-01", "reason": "xong"})
        answer = officer.post("/v1/assignments", another(name, starts_on=starts))
        assert answer.status_code == status, answer.get_data(as_text=True)

    def test_the_refusal_names_the_assignment_there_is(self, officer: Speaker) -> None:
        here = assigned(officer, "named")
        answer = officer.post("/v1/assignments", another("named"))
        assert code_of(answer) == (409, "already-exists")
        assert here.rpartition("/")[2] in answer.get_data(as_text=True)

    def test_of_two_at_the_same_moment_one_is_refused(self, officer: Speaker) -> None:
        first, second = wanted("twice"), another("twice")
        one_of(
            together(*((officer, "/v1/assignments", body) for body in (first, second))),
            "already-exists",
        )

    def test_nobody_takes_over_what_they_do_already(self, officer: Speaker) -> None:
        here = assigned(officer, "taken")
        officer.must("/v1/assignments", another("taken", sponsor_id=str(OTHER)))
        officer.must(f"{here}/handover", {"offered_on": "2024-06-01", "to_sponsor_id": str(OTHER)})
        answer = officer.post(f"{here}/acceptance", {"accepted_on": "2024-06-10"})
        assert code_of(answer) == (409, "already-exists")

    def test_no_correction_makes_it_twice(self, officer: Speaker) -> None:
        here = assigned(officer, "corrected")
        ended = officer.must(f"{here}/end", {"ended_on": "2024-06-01", "reason": "xong"})
        officer.must("/v1/assignments", another("corrected", starts_on="2024-06-01"))
        fix = {"event_id": ended["events"][0]["event_id"], "reason": "nhầm"}
        for change in ({"annul": True}, {"fields": {"ended_on": "2024-06-02"}}):
            answer = officer.post(f"{here}/corrections", fix | change)
            assert code_of(answer) == (409, "already-exists")

    def test_a_line_of_a_batch_is_refused_alone(self, officer: Speaker) -> None:
        lines = [
            {"key": f"k{number}", "path": "/v1/assignments", "body": body}
            for number, body in enumerate(
                (wanted("batch"), another("batch"), wanted("batch, other"))
            )
        ]
        answer = officer.client.post(
            "/v1/commands",
            data=ndjson(*lines),
            headers=officer.who | {"Content-Type": "application/x-ndjson"},
        )
        told = [_read(line) for line in answer.get_data(as_text=True).splitlines()]
        assert [line["status"] for line in told] == [201, 409, 201]


class TestWhatIsNoMore:
    @pytest.mark.parametrize(("starts", "status"), [("2024-05-31", 201), ("2024-06-01", 409)])
    def test_a_closed_household_gets_no_sponsor_and_no_place_in_a_model(
        self, service: Running, officer: Speaker, starts: str, status: int
    ) -> None:
        name = f"closed {starts}"
        home = named(f"helped {name}")
        facts = (
            household_registered(household_id=home, commune=Commune(HERE, date(2000, 1, 1))),
            HouseholdClosed(household_id=home, closed_on=date(2024, 6, 1), reason="other"),
        )
        log = published(REGISTRY, "household", *facts)
        _forget_what_was_read(service)
        consume(service.engine, log, SERVICE)
        answer = officer.post("/v1/assignments", wanted(name, starts_on=starts))
        assert answer.status_code == status, answer.get_data(as_text=True)
        launched = officer.must(
            "/v1/models",
            {
                "launched_on": "2024-01-01",
                "name": "Nuôi bò",
                "kind": "community",
                "commune_code": HERE,
                "budget": 1,
            },
        )
        joins = {"household_id": str(home), "enrolled_on": starts, "support_value": 1}
        answer = officer.post(f"/v1/models/{launched['id']}/enrolments", joins)
        assert answer.status_code == status, answer.get_data(as_text=True)

    def test_a_dissolved_sponsor_is_given_nothing_from_that_day_on(
        self, service: Running, officer: Speaker
    ) -> None:
        gone = named("helping and gone")
        path = registered(service, gone)
        officer.must(f"{path}/dissolution", {"dissolved_on": "2025-01-01", "reason": "sáp nhập"})
        late = wanted("of the gone", gone, starts_on="2025-01-01")
        assert code_of(officer.post("/v1/assignments", late)) == (409, "already-closed")
        officer.must("/v1/assignments", late | {"starts_on": "2024-12-31"})
        here = assigned(officer, "offered to the gone")
        offer = {"offered_on": "2025-01-01", "to_sponsor_id": str(gone)}
        assert code_of(officer.post(f"{here}/handover", offer)) == (409, "already-closed")

    def test_its_people_see_and_do_nothing_more_while_others_may_hand_over(
        self, service: Running, officer: Speaker
    ) -> None:
        gone = named("helping and going")
        path = registered(service, gone)
        here = assigned(officer, "left behind", gone)
        helper = service.as_("sponsor", sponsor_id=gone, sub="nguoi-cu")
        helper.must(f"{here}/visits", VISIT)
        officer.must(f"{path}/dissolution", {"dissolved_on": "2025-01-01", "reason": "sáp nhập"})
        assert code_of(helper.get(here)) == (404, "not-found")
        assert helper.sees("/v1/assignments")["items"] == []
        assert code_of(helper.post(f"{here}/visits", VISIT)) == (404, "not-found")
        assert officer.sees(here)["sponsor_id"] == str(gone)
        officer.must(f"{here}/handover", {"offered_on": "2025-02-01", "to_sponsor_id": str(OTHER)})
        officer.must(f"{here}/acceptance", {"accepted_on": "2025-02-01"})


class TestWhoeverElseTheyAre:
    @pytest.mark.parametrize("also", ["operator", "bank_teller", "inspector", "privacy_officer"])
    def test_a_sponsors_person_sees_their_own_assignments_only(
        self, service: Running, officer: Speaker, also: str
    ) -> None:
        mine, foreign = assigned(officer, f"{also} mine"), assigned(officer, f"{also}, not", OTHER)
        helper = service.as_("sponsor", also, sponsor_id=AGENCY, sub="hai-vai")
        listed = helper.sees("/v1/assignments?limit=500")["items"]
        assert {item["sponsor_id"] for item in listed} == {str(AGENCY)}
        assert helper.sees(mine)["sponsor_id"] == str(AGENCY)
        assert code_of(helper.get(foreign)) == (404, "not-found")
        assert code_of(helper.post(f"{foreign}/visits", VISIT)) == (404, "not-found")

    def test_nobody_keeps_anothers_promise(self, service: Running, officer: Speaker) -> None:
        here = assigned(officer, "promise", OTHER)
        pledge = {"pledged_on": "2024-03-01", "kind": "cash", "value": 10, "due_on": "2024-05-01"}
        made = officer.must(f"{here}/commitments", pledge)
        helper = service.as_("sponsor", "district_officer", sponsor_id=AGENCY, sub="hai-vai")
        given = {"fulfilled_on": "2024-04-01", "value": 10}
        answer = helper.post(f"{here}/commitments/{made['id']}/fulfilment", given)
        assert code_of(answer) == (404, "not-found")

    def test_an_officer_who_helps_elsewhere_records_no_visit_of_a_person(
        self, service: Running, officer: Speaker
    ) -> None:
        here = assigned(officer, "of a person", PERSON)
        both = service.as_("sponsor", "commune_officer", sponsor_id=AGENCY, sub="hai-vai")
        assert code_of(both.post(f"{here}/visits", VISIT)) == (403, "role-missing")
        itself = service.as_("sponsor", "commune_officer", sponsor_id=PERSON, sub="chinh-minh")
        itself.must(f"{here}/visits", VISIT)


def _forget_what_was_read(service: Running) -> None:
    """Let the next log begin at its first event."""
    with service.engine.begin() as connection:
        connection.exec_driver_sql("TRUNCATE journal, consumed, held, held_keys")


def _read(line: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(line)
    return found
