"""Every read refuses a parameter that it does not have, and its document names those it has."""

import json
from typing import Any
from uuid import UUID

import pytest

from tests.matrix import households, loans, reporting, sponsorship
from tests.matrix.office import Office
from tests.matrix.row import IDS, INSIDE, SPONSOR, Row
from tests.support.counter_app import bearer

pytestmark = pytest.mark.servers

ROWS = (*households.ROWS, *loans.ROWS, *sponsorship.ROWS, *reporting.ROWS)
READS = [row for row in ROWS if row.method == "GET"]
LISTS = (
    ("households", "/v1/households", "commune village status group target_year on"),
    ("households", "/v1/access-log", "household_id"),
    ("loans", "/v1/loans", "household_id group_id programme status check_due_by on"),
    ("loans", "/v1/groups", "commune union"),
    ("sponsorship", "/v1/assignments", "sponsor_id household_id visit_overdue"),
    ("sponsorship", "/v1/sponsors", "kind"),
    ("sponsorship", "/v1/models", "commune"),
    ("reporting", "/v1/findings", "kind code status area household_id loan_id min_severity"),
    ("reporting", "/v1/misuse", "kind code status area household_id loan_id min_severity"),
    ("reporting", "/v1/worklist", "for valid_at known_at rules_at map"),
    ("reporting", "/v1/findings/changes", "after area"),
)
"""The lists of the contract with their filters."""


def somebody(asked: Row) -> dict[str, str]:
    sponsor = UUID(IDS["agency"]) if asked.may[0] == SPONSOR else None
    areas = INSIDE if asked.areas is not None else None
    return bearer(asked.may[0], areas=areas, sub="somebody", sponsor_id=sponsor)


@pytest.mark.parametrize("asked", READS, ids=str)
def test_a_parameter_that_does_not_exist_is_named(office: Office, asked: Row) -> None:
    where = asked.where + ("&" if "?" in asked.where else "?") + "colour=red"
    answer = office.ask(asked.service, "GET", where, somebody(asked))
    document: dict[str, Any] = json.loads(answer.get_data())
    assert (answer.status_code, document["code"]) == (422, "invalid"), document
    found = {(error["pointer"], error["code"]) for error in document["errors"]}
    assert found == {("/colour", "unknown-field")}
    assert all(" / " in error["message"] for error in document["errors"])


@pytest.mark.parametrize(
    ("service", "where"),
    [
        ("reporting", "/v1/worklist?for=a%00b"),
        ("reporting", "/v1/audit/events?type=%00"),
        ("households", "/v1/households?village=%00"),
    ],
)
def test_a_text_that_the_database_cannot_hold_is_refused(
    office: Office, service: str, where: str
) -> None:
    answer = office.ask(service, "GET", where, bearer("auditor", areas=["060"]))
    document: dict[str, Any] = json.loads(answer.get_data())
    assert (answer.status_code, document["code"]) == (422, "invalid"), document
    assert [error["pointer"] for error in document["errors"]] == [
        "/" + where.partition("?")[2].partition("=")[0]
    ]


@pytest.mark.parametrize("path", ["/v1/rules", "/v1/rulebooks", "/v1/pauses"])
def test_a_short_list_has_pages_and_times_too(office: Office, path: str) -> None:
    who = bearer("inspector")
    whole = office.ask("reporting", "GET", path, who).get_json()["items"]
    first = office.ask("reporting", "GET", f"{path}?limit=1", who).get_json()
    assert first["items"] == whole[:1]
    if first["next_cursor"] is not None:
        where = f"{path}?limit=1&cursor={first['next_cursor']}"
        assert office.ask("reporting", "GET", where, who).get_json()["items"] == whole[1:2]
    for wrong in ("limit=501", "valid_at=", "known_at=2026-01-01", "map=mine", "cursor=x"):
        answer = office.ask("reporting", "GET", f"{path}?{wrong}", who)
        assert answer.status_code == 422, wrong


def test_a_cursor_belongs_to_every_code_that_was_given(office: Office) -> None:
    who, path = bearer("inspector"), "/v1/audit/events?limit=1&type=HouseholdRegistered"
    page = office.ask("reporting", "GET", f"{path}&type=ReviewScored", who).get_json()
    after = f"&cursor={page['next_cursor']}"
    again = office.ask("reporting", "GET", f"{path}&type=ReviewScored{after}", who)
    other = office.ask("reporting", "GET", f"{path}&type=PlanItemAgreed{after}", who)
    assert again.status_code == 200
    assert (other.status_code, other.get_json()["code"]) == (422, "bad-cursor")


def test_a_year_that_follows_from_a_day_is_never_refused(office: Office) -> None:
    for path in ("/v1/coverage", "/v1/areas/060/movement"):
        answer = office.ask("reporting", "GET", f"{path}?valid_at=1984-10-27", bearer("inspector"))
        assert (answer.status_code, answer.get_json()["year"]) == (200, 1984)


def test_without_a_token_nothing_is_told_of_a_query(office: Office) -> None:
    for path in ("/v1/findings?limit=0", "/v1/rules?colour=red", "/v1/codes?on=never"):
        answer = office.ask("reporting", "GET", path, {})
        assert (answer.status_code, answer.get_json()["code"]) == (401, "unauthenticated")


@pytest.mark.parametrize(("service", "path", "names"), LISTS, ids=str)
def test_the_document_names_every_filter_with_its_type(
    office: Office, service: str, path: str, names: str
) -> None:
    document = office.ask(service, "GET", "/openapi.json", {}).get_json()
    taken = {each["name"]: each for each in document["paths"][path]["get"]["parameters"]}
    assert {*names.split(), "limit", "cursor"} <= set(taken)
    assert all(each["in"] == "query" and each["schema"]["type"] for each in taken.values())
    assert all(" / " in each["description"] for each in taken.values())


def test_the_document_says_how_a_sheet_is_sent(office: Office) -> None:
    document = office.ask("households", "GET", "/openapi.json", {}).get_json()
    asked = document["paths"]["/v1/imports"]["post"]
    (kind,) = asked["requestBody"]["content"]
    schema = asked["requestBody"]["content"][kind]["schema"]
    assert kind == "multipart/form-data"
    assert schema["properties"]["file"]["format"] == "binary"
    assert {each["name"]: each["required"] for each in asked["parameters"]} == {
        "kind": True,
        "dry_run": False,
    }
