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
