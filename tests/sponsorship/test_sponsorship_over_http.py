"""Sponsors, assignments and models over HTTP, on a real database."""

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from services.households.events import REGISTRY
from services.sponsorship.app import SERVICE
from shared.areas import Commune
from shared.ids import named
from shared.mover.sequencer import Sequencer
from shared.run import rebuild
from tests.support.households import household_registered
from tests.support.published import consume, published
from tests.support.servers import PostgresServer
from tests.support.service_app import Running, Speaker, code_of, pointers_of, running

pytestmark = pytest.mark.servers

IN_PAC_NAM, IN_BA_BE = "01858", "01900"
NOW = datetime(2026, 3, 2, 3, tzinfo=UTC)
AGENCY, PERSON, OTHER = (named(f"sponsor {name}") for name in ("agency", "person", "other"))
NOTE = "Gia đình đã làm chuồng trại mới và mua thêm hai con lợn nái"


@pytest.fixture(scope="module")
def service(postgres_server: PostgresServer) -> Iterator[Running]:
    with running(postgres_server, SERVICE, clock=lambda: NOW) as found:
        officer = found.as_("district_officer", sub="lanh-dao")
        for sponsor_id, kind in ((AGENCY, "agency"), (PERSON, "individual"), (OTHER, "agency")):
            officer.must(
                "/v1/sponsors",
                {
                    "sponsor_id": str(sponsor_id),
                    "registered_on": "2023-01-01",
                    "kind": kind,
                    "name": f"Tên {kind}",
                },
            )
        yield found


@pytest.fixture
def officer(service: Running) -> Speaker:
    return service.as_("commune_officer", areas=["060"], sub="can-bo")


def assigned(by: Speaker, name: str, sponsor_id: UUID = AGENCY, **more: Any) -> str:
    body = {
        "assignment_id": str(named(name)),
        "household_id": str(named(f"household of {name}")),
        "sponsor_id": str(sponsor_id),
        "starts_on": "2024-01-01",
        "goal": "Thoát nghèo bền vững",
        "commune_code": IN_PAC_NAM,
    } | more
    by.must("/v1/assignments", body)
    return f"/v1/assignments/{named(name)}"


def people_of(service: Running, sponsor_id: UUID, sub: str = "nguoi-giup") -> Speaker:
    return service.as_("sponsor", sponsor_id=sponsor_id, sub=sub)


def test_a_sponsor_visits_promises_and_keeps_it(service: Running, officer: Speaker) -> None:
    here = assigned(officer, "kept")
    helper = people_of(service, AGENCY)
    seen = {"sha256": "0" * 64, "kind": "photo"}
    visit = {"visited_on": "2024-03-01", "progress": "improving", "evidence": [seen]}
    helper.must(f"{here}/visits", visit | {"note": "Chuồng đã sửa"})
    pledge = {"pledged_on": "2024-03-01", "kind": "cash", "value": 10, "due_on": "2024-05-01"}
    pledged = helper.must(f"{here}/commitments", pledge)
    given = {"fulfilled_on": "2024-04-01", "value": 10}
    fulfilment = f"{here}/commitments/{pledged['id']}/fulfilment"
    assert code_of(officer.post(fulfilment, given)) == (403, "role-missing")
    helper.must(fulfilment, given)
    raised = helper.must(
        f"{here}/difficulties", {"category": "land", "text": "Thiếu đất", "asked_of": "commune"}
    )
    officer.must(
        f"{here}/difficulties/{raised['id']}/resolution", {"outcome": "Đã giao đất trồng rừng"}
    )
    shown = helper.sees(here)
    assert shown["goal"] == "Thoát nghèo bền vững"
    (visited,), (promised,) = shown["visits"], shown["commitments"]
    assert (visited["visitor"], visited["progress"]) == ("nguoi-giup", "improving")
    assert (visited["note"], visited["evidence"]) == ("Chuồng đã sửa", [seen])
    assert (promised["kind"], promised["value"], promised["fulfilled"]) == ("cash", 10, 10)
    (difficulty,) = officer.sees(here)["difficulties"]
    assert (difficulty["category"], difficulty["asked_of"]) == ("land", "commune")
    assert (difficulty["text"], difficulty["is_open"]) == ("Thiếu đất", False)
    assert difficulty["outcome"] == "Đã giao đất trồng rừng"
    audited = service.as_("auditor").sees(here)
    sealed = (audited["goal"], audited["visits"][0]["note"], audited["difficulties"][0]["text"])
    assert all(text.startswith("s1:") for text in sealed)


def test_another_sponsor_sees_and_does_nothing(service: Running, officer: Speaker) -> None:
    here = assigned(officer, "foreign")
    stranger = people_of(service, OTHER)
    visit = {"visited_on": "2024-03-01", "progress": "improving"}
    assert code_of(stranger.get(here)) == (404, "not-found")
    assert code_of(stranger.post(f"{here}/visits", visit)) == (404, "not-found")
    of_person = assigned(officer, "foreign person", PERSON)
    assert code_of(stranger.post(f"{of_person}/visits", visit)) == (404, "not-found")
    listed = stranger.sees("/v1/assignments?limit=500")["items"]
    assert {item["sponsor_id"] for item in listed} <= {str(OTHER)}


def test_officers_record_visits_for_agencies_only(officer: Speaker) -> None:
    visit = {"visited_on": "2024-03-01", "progress": "improving"}
    officer.must(f"{assigned(officer, 'of agency')}/visits", visit)
    of_person = assigned(officer, "of person", PERSON)
    assert code_of(officer.post(f"{of_person}/visits", visit)) == (403, "role-missing")


def test_a_long_note_is_sealed_and_its_words_are_recognised(
    service: Running, officer: Speaker
) -> None:
    here = assigned(officer, "notes")
    for note in (NOTE, f"  {NOTE.upper().replace(' ', '  ')}", NOTE[:39]):
        officer.must(
            f"{here}/visits", {"visited_on": "2024-03-01", "progress": "improving", "note": note}
        )
    history = service.runtime.store.read_stream(f"assignment-{named('notes')}")
    first, second, short = (recorded.event for recorded in history[1:])
    assert first.note_ref == second.note_ref
    assert first.note_ref.startswith("h1:")
    assert short.note_ref is None
    assert all(recorded.event.note.startswith("s1:") for recorded in history[1:])


def test_a_handover_is_accepted_by_the_people_of_whoever_was_asked(
    service: Running, officer: Speaker
) -> None:
    here = assigned(officer, "handed over")
    ours, theirs = people_of(service, AGENCY), people_of(service, OTHER)
    offer = {"offered_on": "2024-06-01", "to_sponsor_id": str(OTHER)}
    nobody = offer | {"to_sponsor_id": str(named("nobody"))}
    assert pointers_of(ours.post(f"{here}/handover", nobody)) == [("/to_sponsor_id", "not-in-list")]
    ours.must(f"{here}/handover", offer)
    taken = {"accepted_on": "2024-06-10"}
    declined = {"refused_on": "2024-06-10", "reason": "đường xa"}
    answers = ((f"{here}/acceptance", taken), (f"{here}/handover/refusal", declined))
    for path, body in answers:
        assert code_of(ours.post(path, body)) == (409, "not-asked")
        assert code_of(people_of(service, PERSON).post(path, body)) == (404, "not-found")
    assert code_of(theirs.get(here)) == (404, "not-found")  # not theirs to read until they take it
    theirs.must(f"{here}/acceptance", taken)
    for path, body in answers:
        assert code_of(theirs.post(path, body)) == (409, "not-open")
        assert code_of(ours.post(path, body)) == (404, "not-found")
    assert theirs.sees(here)["sponsor_id"] == str(OTHER)
    assert code_of(ours.get(here)) == (404, "not-found")


def test_whoever_was_asked_may_decline_and_is_asked_no_more(
    service: Running, officer: Speaker
) -> None:
    here = assigned(officer, "declined")
    ours, theirs = people_of(service, AGENCY), people_of(service, OTHER)
    declined = {"refused_on": "2024-06-10", "reason": "đường xa"}
    assert code_of(ours.post(f"{here}/handover/refusal", declined)) == (409, "not-open")
    assert code_of(theirs.post(f"{here}/handover/refusal", declined)) == (404, "not-found")
    ours.must(f"{here}/handover", {"offered_on": "2024-06-01", "to_sponsor_id": str(OTHER)})
    theirs.must(f"{here}/handover/refusal", declined)
    assert code_of(theirs.post(f"{here}/handover/refusal", declined)) == (404, "not-found")
    assert ours.sees(here)["sponsor_id"] == str(AGENCY)


def test_an_office_answers_an_offer_in_whoevers_name(service: Running, officer: Speaker) -> None:
    here = assigned(officer, "answered on paper")
    offer = {"offered_on": "2024-06-01", "to_sponsor_id": str(OTHER)}
    officer.must(f"{here}/handover", offer)
    officer.must(f"{here}/acceptance", {"accepted_on": "2024-06-10"})
    assert officer.sees(here)["sponsor_id"] == str(OTHER)


def test_whoever_has_no_area_writes_nothing_of_sponsors_and_whoever_has_one_does(
    service: Running,
) -> None:
    sponsor = {"registered_on": "2023-01-01", "kind": "agency", "name": "Sở Thử"}
    nowhere, elsewhere = (
        service.as_("district_officer", areas=areas, sub="lanh-dao") for areas in ([], ["061"])
    )
    assert code_of(nowhere.post("/v1/sponsors", sponsor)) == (403, "outside-area")
    elsewhere.must("/v1/sponsors", sponsor)
    assert nowhere.get("/v1/sponsors").status_code == 200


def test_an_individual_sponsors_name_is_stored_sealed_and_shown_to_officers(
    service: Running, officer: Speaker
) -> None:
    with service.engine.begin() as connection:
        names = connection.execute(text("SELECT kind, name FROM sponsors")).all()
    assert {row.name.startswith("s1:") for row in names if row.kind == "individual"} == {True}
    assert officer.sees(f"/v1/sponsors/{PERSON}")["name"] == "Tên individual"
    listed = officer.sees("/v1/sponsors?kind=individual")["items"]
    assert [item["name"] for item in listed] == ["Tên individual"]


def test_who_is_assigned_cannot_be_taken_off_the_register(
    service: Running, officer: Speaker
) -> None:
    district = service.as_("district_officer")
    sponsor = {"sponsor_id": str(named("mistaken")), "kind": "agency", "name": "Sở Nhầm"}
    made = district.must("/v1/sponsors", sponsor | {"registered_on": "2024-01-02"})
    here = assigned(officer, "of the mistaken", named("mistaken"))
    (recorded,) = service.runtime.store.read_stream(f"assignment-{named('of the mistaken')}")
    annul = {"reason": "Ghi nhầm", "annul": True}
    of_sponsor = f"/v1/sponsors/{named('mistaken')}/corrections"
    unregister = annul | {"event_id": made["events"][0]["event_id"]}
    assert code_of(district.post(of_sponsor, unregister)) == (409, "not-recordable")
    officer.must(f"{here}/corrections", annul | {"event_id": str(recorded.meta.event_id)})
    district.must(of_sponsor, unregister)


def test_an_assignment_needs_a_sponsor_on_the_register_and_a_place(
    service: Running, officer: Speaker
) -> None:
    body = {
        "household_id": str(named("unknown")),
        "sponsor_id": str(named("nobody")),
        "starts_on": "2024-01-01",
        "goal": "x",
        "commune_code": IN_PAC_NAM,
    }
    assert pointers_of(officer.post("/v1/assignments", body)) == [("/sponsor_id", "not-in-list")]
    known = body | {"sponsor_id": str(AGENCY)}
    outside = known | {"commune_code": IN_BA_BE}
    assert code_of(officer.post("/v1/assignments", outside)) == (403, "outside-area")
    del known["commune_code"]
    assert code_of(officer.post("/v1/assignments", known)) == (404, "not-found")
    service.as_("district_officer").must("/v1/assignments", known | {"starts_on": "2030-01-01"})


@pytest.mark.parametrize(("every", "overdue"), [(791, False), (790, True)])
def test_a_visit_is_overdue_on_the_day_after_the_last_one_due(
    officer: Speaker, every: int, *, overdue: bool
) -> None:
    # 2024-01-01 to 2026-03-02 are 791 days
    here = assigned(officer, f"every {every}", visit_every_days=every)
    listed = officer.sees("/v1/assignments?limit=500&visit_overdue=true")["items"]
    assert (here.rpartition("/")[2] in [item["assignment_id"] for item in listed]) is overdue


def test_assignments_follow_the_household_once_its_place_is_known(
    service: Running, officer: Speaker
) -> None:
    household_id = named("household of followed")
    fact = household_registered(
        household_id=household_id, commune=Commune(IN_BA_BE, date(2000, 1, 1))
    )
    here = assigned(officer, "followed")
    consume(service.engine, published(REGISTRY, "household", fact), SERVICE)
    assert code_of(officer.get(here)) == (404, "not-found")
    neighbour = service.as_("commune_officer", areas=["061"])
    assert neighbour.sees(here)["household_id"] == str(household_id)
    listed = neighbour.sees("/v1/assignments?limit=500")["items"]
    assert [item["assignment_id"] for item in listed] == [here.rpartition("/")[2]]
    # the household's place is the default of a new assignment, and its area is asked for
    body = {"household_id": str(household_id), "sponsor_id": str(OTHER), "goal": "x"}
    assert code_of(officer.post("/v1/assignments", body)) == (403, "outside-area")
    made = neighbour.must("/v1/assignments", body)
    (recorded,) = service.runtime.store.read_stream(made["stream_id"])
    assert recorded.event.commune == Commune(IN_BA_BE, date(2000, 1, 1))


def test_a_model_counts_those_who_take_part(service: Running) -> None:
    officer = service.as_("district_officer", areas=["060"])
    model = officer.must(
        "/v1/models",
        {
            "launched_on": "2025-01-01",
            "name": "Nuôi bò sinh sản",
            "kind": "community",
            "commune_code": IN_PAC_NAM,
            "budget": 500_000_000,
        },
    )
    here = f"/v1/models/{model['id']}"
    household_id = str(named("in a model"))
    officer.must(f"{here}/enrolments", {"household_id": household_id, "support_value": 5})
    outcome = officer.must(f"{here}/outcomes", {"household_id": household_id, "result": "low"})
    right = {"event_id": outcome["events"][0]["event_id"], "reason": "nhầm"}
    officer.must(f"{here}/corrections", right | {"fields": {"result": "high"}})
    assert officer.sees(here)["enrolments"][0]["result"] == "high"
    assert code_of(service.as_("district_officer", areas=["061"]).get(here)) == (404, "not-found")
    assert [item["model_id"] for item in officer.sees("/v1/models")["items"]] == [model["id"]]
    gone = {"event_id": service.runtime.store.read_stream(f"model-{model['id']}")[1].meta.event_id}
    refused = officer.post(
        f"{here}/corrections", {"event_id": str(gone["event_id"]), "reason": "x", "annul": True}
    )
    assert code_of(refused) == (409, "not-recordable")


def test_the_tables_can_be_made_anew_from_the_events(service: Running, officer: Speaker) -> None:
    assigned(officer, "rebuilt")

    def rows() -> list[Any]:
        with service.engine.begin() as connection:
            return [
                sorted(connection.execute(text(f"SELECT {table}::text FROM {table}")).scalars())
                for table in ("sponsors", "assignments", "models")
            ]

    before = rows()
    with closing(Sequencer(service.engine)) as sequencer:
        while sequencer.run_pass():
            pass
    assert rebuild(service.runtime) == 0
    assert rows() == before
