"""Every endpoint of every service, for every role, inside its area and outside."""

import json
import re
from io import BytesIO
from typing import Any
from uuid import UUID

import pytest
from werkzeug.test import TestResponse

from shared.routes import CommandRoute
from tests.matrix import households, loans, reporting, sponsorship
from tests.matrix.office import SERVICES, Office
from tests.matrix.row import (
    CONTROLLER,
    IDS,
    INSIDE,
    INSPECTOR,
    NOWHERE,
    OPEN,
    OUTSIDE,
    REFUSED,
    ROLES,
    SPONSOR,
    Row,
)
from tests.support.counter_app import bearer

pytestmark = pytest.mark.servers

ROWS = (*households.ROWS, *loans.ROWS, *sponsorship.ROWS, *reporting.ROWS)


def shape_of(service: str, route: CommandRoute) -> tuple[str, str, str]:
    return service, route.method, re.sub("<[^>]*>", "{}", route.path)


def dated(row: Row) -> dict[str, str]:
    """Give the date that a line of a batch must have, where the body has none."""
    (route,) = [route for service, route in ROUTES if shape_of(service, route) == row.shape]
    return {} if route.dated_by in (row.body or {}) else {route.dated_by: "2026-02-01"}


ABOUT = {
    "/",
    "/openapi.json",
    "/health/live",
    "/health/ready",
    "/metrics",
    "/docs",
    "/asyncapi.json",
    "/v1/codes",
    "/v1/codes/{}",
    "/v1/commands",
}
"""What every service has: open to all, or for whoever has a token; commands have roles each."""

ROUTES = [(service.name, route) for service in SERVICES for route in service.routes]
COMMANDS = [
    row for row in ROWS if row.is_command and any(shape_of(*each) == row.shape for each in ROUTES)
]
every_row = pytest.mark.parametrize("asked", ROWS, ids=str)


def somebody(role: str, areas: list[str] | None, sponsor: str = "agency") -> dict[str, str]:
    sponsor_id = UUID(IDS[sponsor]) if role == SPONSOR else None
    return bearer(role, areas=areas, sub=f"a {role}", sponsor_id=sponsor_id)


def asked_by(office: Office, asked: Row, who: dict[str, str]) -> TestResponse:
    """Ask as the row says; a command names a version that nothing has: so it changes nothing."""
    headers = {"If-Match": '"999"'} if asked.is_command else {}
    body: dict[str, Any] = {} if asked.body is None else {"json": asked.body}
    if asked.file:
        body = {"data": {"file": (BytesIO(asked.file), "sheet.csv")}}
    return office.ask(asked.service, asked.method, asked.where, who, headers=headers, **body)


def met(status: int, document: Any) -> str:
    """Say what somebody met: an answer, or which refusal."""
    code = document.get("code") if isinstance(document, dict) else None
    # read, put in a queue, or all but written; and there, but sealed from who asks
    if status in (200, 202, 412) or code == "data-erased":
        return "answered"
    return f"{status} {code}"


def must_meet(asked: Row, role: str, areas: list[str] | None) -> str:
    """Say what the contract lets them meet who have these areas."""
    inside = areas in (asked.areas, INSIDE)
    if role not in asked.may:
        return "403 role-missing"
    if inside and role in asked.blind:
        return "404 not-found"
    beyond = asked.nowhere or asked.outside if areas == NOWHERE else asked.outside
    if inside or beyond == OPEN or role in asked.anywhere:
        return "answered"
    return "403 outside-area" if beyond == REFUSED else "404 not-found"


@every_row
def test_each_role_may_do_what_is_theirs_in_their_area_and_nothing_else(
    office: Office, asked: Row
) -> None:
    assert office.has(asked), "there is no such endpoint"
    wrong = []
    for role in ROLES:
        for areas in (asked.areas, OUTSIDE, NOWHERE):
            inside = areas is asked.areas
            answer = asked_by(office, asked, somebody(role, areas))
            found = met(answer.status_code, answer.get_json(silent=True))
            expected = must_meet(asked, role, areas)
            fine = found == expected
            if fine and asked.shows and found == "answered":
                fine = (IDS[asked.shows] in answer.text) is inside
                found = "finds it" if inside is not fine else "does not find it"
            if not fine:
                where = "inside" if inside else f"with {areas}"
                wrong.append(f"{role} {where}: {found}, not {expected}")
    assert not wrong, "\n".join(wrong)


def test_every_endpoint_has_its_row(office: Office) -> None:
    known = {row.shape for row in ROWS}
    answered = set[tuple[str, str, str]]().union(*(office.endpoints(s.name) for s in SERVICES))
    assert sorted(each for each in answered - known if each[2] not in ABOUT) == []


@every_row
def test_nothing_is_answered_without_a_token(office: Office, asked: Row) -> None:
    answer = asked_by(office, asked, {})
    assert met(answer.status_code, answer.get_json()) == "401 unauthenticated"


@pytest.mark.parametrize("service", [each.name for each in SERVICES])
@pytest.mark.parametrize("role", ROLES)
def test_a_line_of_a_batch_may_no_more_than_a_request(
    office: Office, service: str, role: str
) -> None:
    asked = [row for row in COMMANDS if row.service == service]
    for areas in (INSIDE, OUTSIDE, NOWHERE):
        lines = [
            {"key": str(number), "path": row.where, "method": row.method, "if_match": '"999"'}
            | {"body": dict(row.body or {}) | dated(row)}
            for number, row in enumerate(asked)
        ]
        answer = office.ask(
            service,
            "POST",
            "/v1/commands",
            somebody(role, areas),
            data="\n".join(map(json.dumps, lines)),
            headers={"Content-Type": "application/x-ndjson"},
        )
        answers = [json.loads(line) for line in answer.text.splitlines()]
        found = [met(each["status"], each["body"]) for each in answers]
        expected = [must_meet(row, role, areas) for row in asked]
        told = zip(map(str, asked), found, strict=True)
        assert list(told) == list(zip(map(str, asked), expected, strict=True))


def test_a_sponsor_meets_nothing_of_another_sponsor(office: Office) -> None:
    who = somebody(SPONSOR, INSIDE, "person")
    for asked in (*sponsorship.ROWS, *households.ROWS):
        if SPONSOR in asked.may and "{" in asked.path:
            answer = asked_by(office, asked, who)
            assert met(answer.status_code, answer.get_json()) == "404 not-found", str(asked)
    listed = office.ask("sponsorship", "GET", "/v1/assignments", who)
    assert listed.get_json()["items"] == []


@pytest.mark.parametrize("role", reporting.FINDING_READERS)
def test_each_role_sees_the_findings_that_are_theirs(office: Office, role: str) -> None:
    def codes(areas: list[str], path: str) -> set[str]:
        answer = office.ask("reporting", "GET", path, somebody(role, areas))
        found = {item["code"] for item in answer.get_json().get("items", ())}
        return found & set(reporting.SEEN)

    theirs = {code for code, roles in reporting.SEEN.items() if role in roles}
    assert codes(INSIDE, "/v1/findings") == theirs
    assert codes(INSIDE, "/v1/misuse") == theirs & {"WRONG_PURPOSE"}
    stalled = set() if role == CONTROLLER else theirs - {"WRONG_PURPOSE"}
    assert codes(INSIDE, "/v1/stalled") == stalled
    assert codes(OUTSIDE, "/v1/findings") == set()


@pytest.mark.parametrize("role", reporting.FINDING_READERS)
def test_one_finding_is_shown_to_those_who_see_it_in_a_list(office: Office, role: str) -> None:
    everything = office.ask("reporting", "GET", "/v1/findings", somebody(INSPECTOR, INSIDE))
    items = [item for item in everything.get_json()["items"] if item["code"] in reporting.SEEN]
    assert {item["code"] for item in items} == set(reporting.SEEN)
    for item in items:
        where = f"/v1/findings/{item['finding_id']}"
        sees = role in reporting.SEEN[item["code"]]
        inside = office.ask("reporting", "GET", where, somebody(role, INSIDE)).status_code
        outside = office.ask("reporting", "GET", where, somebody(role, OUTSIDE)).status_code
        assert (inside, outside) == (200 if sees else 404, 404), item["code"]
