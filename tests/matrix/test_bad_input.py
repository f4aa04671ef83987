"""What cannot be right is answered with a problem that names it, and leaves no event.

Every command of every service is asked in each wrong way by somebody who might ask it right.
"""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from marshmallow import Schema
from werkzeug.test import TestResponse

from shared.auth.issuer import new_issuer
from shared.http.fields import Many, Vnd
from tests.matrix import households, loans, reporting, sponsorship
from tests.matrix.office import NOW, SERVICES, Office
from tests.matrix.row import CONTROLLER, IDS, INSIDE, OPEN, OUTSIDE, REFUSED, SPONSOR, TELLER, Row
from tests.support.counter_app import ISSUER, bearer

pytestmark = pytest.mark.servers

TOMORROW = (NOW + timedelta(days=1)).date().isoformat()
JSON = "application/json"
NOBODY = UUID(int=0)
_PARTS = re.compile(r"<[a-z]+:[a-z_]+>")
ROUTES = {
    (service.name, route.method, _PARTS.sub("{}", route.path)): route
    for service in SERVICES
    for route in service.routes
}
ROWS = [
    each
    for each in (*households.WRITES, *loans.WRITES, *sponsorship.WRITES, *reporting.WRITES)
    if each.shape in ROUTES
]
every_command = pytest.mark.parametrize("asked", ROWS, ids=str)


def who_may(asked: Row, areas: list[str] | None = None) -> dict[str, str]:
    """Somebody who may ask it, as far as their role goes."""
    sponsor = UUID(IDS["agency"]) if asked.may[0] == SPONSOR else None
    return bearer(asked.may[0], areas=areas or INSIDE, sub="somebody", sponsor_id=sponsor)


def body_of(asked: Row) -> dict[str, Any]:
    return dict(asked.body or {})


class Asking:
    """Asks one endpoint wrongly, and looks at what the refusal says."""

    def __init__(self, office: Office, asked: Row) -> None:
        self.office, self.asked = office, asked
        self.before = office.events(asked.service)

    def send(self, raw: bytes, who: dict[str, str] | None = None, kind: str = JSON) -> TestResponse:
        given = who_may(self.asked) if who is None else who
        where = self.asked.where
        return self.office.ask(
            self.asked.service,
            self.asked.method,
            where,
            given,
            data=raw,
            headers={"Content-Type": kind},
        )

    def json(self, body: Any, who: dict[str, str] | None = None) -> TestResponse:
        return self.send(json.dumps(body).encode(), who)

    def refused(
        self, answer: TestResponse, status: int, code: str, *errors: tuple[str, str]
    ) -> None:
        """Check the problem document: its code, its fields, both languages."""
        document: dict[str, Any] = json.loads(answer.get_data())
        assert (answer.status_code, document["code"]) == (status, code), document
        assert answer.content_type == "application/problem+json"
        assert document["type"].endswith(f"/{code}")
        assert " / " in document["title"]
        assert " / " in document["detail"]
        found = {(each["pointer"], each["code"]) for each in document.get("errors", [])}
        assert found >= set(errors), document
        assert all(each["message"] for each in document.get("errors", []))

    def left_nothing(self) -> None:
        assert self.office.events(self.asked.service) == self.before


@pytest.fixture
def asking(office: Office, asked: Row) -> Iterator[Asking]:
    made = Asking(office, asked)
    yield made
    made.left_nothing()


def test_every_command_has_its_row() -> None:
    assert sorted(ROUTES) == sorted(row.shape for row in ROWS)


@every_command
def test_what_is_not_json_is_refused(asking: Asking) -> None:
    for raw in (b"", b"{", b'{"a":1,"a":1}', b'{"a":"\xff"}', b'{"a":"\\ud800"}', b"[" * 9999):
        asking.refused(asking.send(raw), 400, "not-json")


@every_command
def test_another_kind_of_content_is_refused(asking: Asking) -> None:
    for kind in ("text/plain", "application/x-www-form-urlencoded"):
        answer = asking.send(b"{}", kind=kind)
        asking.refused(answer, 415, "unsupported-media")


@every_command
def test_a_body_that_is_too_large_is_refused_and_the_limit_said(asking: Asking) -> None:
    answer = asking.send(b'"' + b"x" * 1024 * 1024 + b'"')
    asking.refused(answer, 413, "too-large")
    assert str(1024 * 1024) in answer.get_data(as_text=True)


@every_command
def test_a_token_that_proves_nothing_is_refused(asking: Asking) -> None:
    roles = [asking.asked.may[0]]
    long_ago = datetime(2020, 1, 1, tzinfo=UTC)
    expired = ISSUER.issue(now=long_ago, sub="somebody", roles=roles)
    forged = new_issuer().issue(now=datetime.now(UTC), sub="somebody", roles=roles)
    unsigned = f"{ISSUER.issue(now=datetime.now(UTC), sub='x', roles=roles).rpartition('.')[0]}."
    for token in (expired, forged, unsigned, "x", ""):
        answer = asking.json(body_of(asking.asked), {"Authorization": f"Bearer {token}"})
        asking.refused(answer, 401, "unauthenticated")
    asking.refused(asking.json(body_of(asking.asked), {}), 401, "unauthenticated")


@every_command
def test_a_field_that_does_not_exist_is_named(asking: Asking) -> None:
    answer = asking.json(body_of(asking.asked) | {"colour": "red"})
    asking.refused(answer, 422, "invalid", ("/colour", "unknown-field"))


@every_command
def test_every_field_of_a_wrong_type_is_named(asking: Asking) -> None:
    schema = schema_of(asking.asked)
    names = [each.data_key or name for name, each in schema.fields.items()]
    answer = asking.json(dict.fromkeys(names, 1.5))
    wrong = [(f"/{name}", "wrong-type") for name in names]
    asking.refused(answer, 422, "invalid", *wrong)


@every_command
def test_every_field_that_is_missing_is_named(asking: Asking) -> None:
    needed = [
        each.data_key or name
        for name, each in schema_of(asking.asked).fields.items()
        if each.required
    ]
    if needed:
        missing = [(f"/{name}", "required") for name in needed]
        asking.refused(asking.json({}), 422, "invalid", *missing)
        asking.refused(asking.json(dict.fromkeys(needed)), 422, "invalid", *missing)


@every_command
def test_money_below_zero_or_not_whole_is_named(asking: Asking) -> None:
    schema = schema_of(asking.asked)
    for name in [name for name, each in schema.fields.items() if isinstance(each, Vnd)]:
        for value, code in ((-1, "out-of-range"), (1.5, "wrong-type"), ("1", "wrong-type")):
            answer = asking.json(body_of(asking.asked) | {name: value})
            asking.refused(answer, 422, "invalid", (f"/{name}", code))


@every_command
def test_an_item_that_is_null_is_named(asking: Asking) -> None:
    schema = schema_of(asking.asked)
    for name in [name for name, each in schema.fields.items() if isinstance(each, Many)]:
        answer = asking.json(body_of(asking.asked) | {name: [None]})
        code = "required" if name == "areas" else "wrong-type"
        asking.refused(answer, 422, "invalid", (f"/{name}/0", code))


@every_command
def test_a_fact_of_tomorrow_is_named(asking: Asking) -> None:
    route = ROUTES[asking.asked.shape]
    if not route.future_ok:
        answer = asking.json(body_of(asking.asked) | {route.dated_by: TOMORROW})
        asking.refused(answer, 422, "invalid", (f"/{route.dated_by}", "in-future"))


@every_command
def test_what_is_not_there_is_not_found(office: Office, asked: Row) -> None:
    first = re.search(r"\{(\w+)\}", asked.path)
    if first is not None:
        before = office.events(asked.service)
        where = asked.path.format_map(IDS | {first[1]: str(NOBODY)})
        answer = office.ask(asked.service, asked.method, where, who_may(asked), json=body_of(asked))
        Asking(office, asked).refused(answer, 404, "not-found")
        assert office.events(asked.service) == before


@every_command
def test_what_lies_outside_the_area_is_hidden_or_refused(asking: Asking) -> None:
    asked = asking.asked
    if asked.outside != OPEN:
        code = "outside-area" if asked.outside == REFUSED else "not-found"
        answer = asking.json(body_of(asked), who_may(asked, OUTSIDE))
        asking.refused(answer, asked.outside, code)


@pytest.mark.parametrize(
    ("path", "role", "body", "code"),
    [
        ("/approval", CONTROLLER, loans.APPROVAL, "already-approved"),
        (
            "/rejection",
            CONTROLLER,
            {"rejected_on": "2026-01-10", "reason": "x"},
            "already-approved",
        ),
        ("/disbursements/{reversed}/reversal", CONTROLLER, loans.REVERSAL, "already-reversed"),
        ("/withdrawal", TELLER, {"withdrawn_on": "2026-01-20", "reason": "x"}, "already-disbursed"),
        ("/repayments", TELLER, {"principal": 11 * loans.MILLION, "interest": 0}, "over-repayment"),
    ],
    ids=lambda given: given if isinstance(given, str) else "",
)
def test_what_was_decided_or_undone_is_not_done_again(
    office: Office, path: str, role: str, body: dict[str, Any], code: str
) -> None:
    before = office.events("loans")
    where = f"/v1/loans/{{loan}}{path}".format_map(IDS)
    answer = office.ask("loans", "POST", where, bearer(role, areas=INSIDE), json=body)
    document = json.loads(answer.get_data())
    assert (answer.status_code, document["code"]) == (409, code), document
    assert " / " in document["detail"]
    assert office.events("loans") == before


def schema_of(asked: Row) -> Schema:
    return ROUTES[asked.shape].schema()
