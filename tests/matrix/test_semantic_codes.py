"""Every 422 that a document says a right form may meet is one that can be met, at that field."""

import re
from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

import pytest

from services.households.app import SERVICE as HOUSEHOLDS
from shared.http.openapi import semantic_codes
from shared.routes import CommandRoute
from tests.matrix.office import SERVICES, Office, opened
from tests.matrix.row import AFTER, IDS
from tests.support.conforming import row_of
from tests.support.counter_app import bearer
from tests.support.servers import PostgresServer

pytestmark = pytest.mark.servers

COMMANDING = ("households", "loans", "sponsorship")
WRONG = {
    "in-future": "2026-03-03",
    "not-in-list": IDS["new"],
    "out-of-order": "1950-01-02",
    "unknown-area": "99999",
}
"""What a field holds to be refused so, where nothing else is said below."""
_HOME = "/v1/households/{}"
_LOAN = "/v1/loans/{}"
_HELP = "/v1/assignments/{}"
_CHILD: dict[str, Any] = {
    "member_id": IDS["head"],
    "full_name": "Hoàng Thị Con",
    "relation": "child",
    "birth_date": "2010-01-30",
    "sex": "female",
    "able_to_work": False,
}
_FAMILY: dict[str, Any] = {
    "registered_on": "2024-01-10",
    "head": {"member_id": IDS["head"], "full_name": "Hoàng Văn Thử", "able_to_work": True},
    "members": [_CHILD],
}
_APART = _FAMILY | {"members": [_CHILD | {"member_id": IDS["child"]}]}
_OLD_CARD = "123456789"
_LATER = {"registered_on": "2026-02-01", "commune_code": AFTER}
"""When such a number is valid no longer."""
SAID: dict[tuple[str, str], dict[str, Any]] = {
    ("/v1/households", "out-of-range /members/*/member_id"): _FAMILY,
    ("/v1/households", "out-of-range /split_from"): {
        "household_id": IDS["new"],
        "split_from": IDS["new"],
    },
    ("/v1/households", "out-of-order /members/*/birth_date"): _APART
    | {"registered_on": "2009-01-10"},
    ("/v1/households", "in-future /members/*/birth_date"): _APART
    | {"members": [_CHILD | {"member_id": IDS["child"], "birth_date": WRONG["in-future"]}]},
    ("/v1/households", "out-of-range /members/*/citizen_id"): _APART
    | _LATER
    | {"members": [_CHILD | {"member_id": IDS["child"], "citizen_id": _OLD_CARD}]},
    ("/v1/households", "out-of-order /head/birth_date"): _APART
    | {"head": _FAMILY["head"] | {"birth_date": "2024-01-11"}},
    ("/v1/households", "out-of-range /head/citizen_id"): _APART
    | _LATER
    | {"head": _FAMILY["head"] | {"citizen_id": _OLD_CARD}},
    (f"{_HOME}/members", "out-of-order /birth_date"): {"birth_date": "2024-02-02"},
    (f"{_HOME}/members", "out-of-range /citizen_id"): {
        "joined_on": "2026-02-01",
        "citizen_id": _OLD_CARD,
    },
    (f"{_HOME}/members", "out-of-order /joined_on"): {
        "joined_on": "2024-02-02",
        "member_id": IDS["new"],
    },
    (f"{_HOME}/move", "out-of-order /moved_on"): {
        "moved_on": "2024-01-09",
        "village": "Nà Mới",
    },
    (f"{_HOME}/closure", "out-of-range /into_household_id"): {
        "into_household_id": IDS["household"]
    },
    (f"{_HOME}/reviews", "not-in-list /deprivations/*"): {"deprivations": ["info_means", "waste"]},
    (f"{_HOME}/reviews/{{}}/meeting", "out-of-range /agreed"): {"agreed": 41},
    (f"{_HOME}/classifications", "out-of-order /decided_on"): {
        "decided_on": "2025-09-19",
        "review_id": IDS["review"],
    },
    (f"{_HOME}/exit-targets", "out-of-order /year"): {"year": 2025},
    (f"{_LOAN}/inspections", "out-of-range /wrong_purpose_amount"): {"wrong_purpose_amount": 1},
    (f"{_HELP}/handover", "out-of-range /to_sponsor_id"): {"to_sponsor_id": IDS["agency"]},
}
"""What a body says besides, for the refusals that take more than one wrong field."""
FIRST: dict[tuple[str, str], tuple[tuple[str, dict[str, Any]], ...]] = {
    (f"{_HOME}/members", "out-of-order /joined_on"): (
        ("/v1/households/{household}/members", {"member_id": IDS["new"]}),
        ("/v1/households/{household}/members/{new}/departure", {"left_on": "2024-02-03"}),
    ),
    (f"{_LOAN}/approval", "out-of-order /valid_until"): (("/v1/loans", {"loan_id": IDS["new"]}),),
    (f"{_LOAN}/recall-collections", "required /recall_id"): (("/v1/loans/{loan}/recall", {}),),
}
"""What has to be on record before."""

AT = {(f"{_LOAN}/approval", "out-of-order /valid_until"): "/v1/loans/{new}/approval"}
"""Where it is met if not where all is asked."""


def declared() -> Iterator[Any]:
    for service in SERVICES:
        for route in service.routes if service.name in COMMANDING else ():
            shape = re.sub("<[^>]*>", "{}", route.path)
            for entry in sorted(semantic_codes(route)):
                if " " in entry and "/fields/" not in entry:
                    yield pytest.param(service.name, route, shape, entry, id=f"{shape} {entry}")


@pytest.fixture(scope="module")
def used(postgres_server: PostgresServer) -> Iterator[Office]:
    """An office of one's own: something is recorded on the way."""
    with opened(postgres_server) as found:
        yield found


def ask(used: Office, service: str, method: str, path: str, body: Mapping[str, Any]) -> Any:
    """Send what is right there, but for what `body` says."""
    row = row_of(service, method, path)
    assert row is not None
    who = bearer(row.may[0], sub=f"a {row.may[0]}", sponsor_id=UUID(IDS["agency"]))
    where = path.format_map(IDS) if "{}" not in path else row.where
    return used.ask(service, method, where, who, json={**(row.body or {}), **body})


@pytest.mark.parametrize(("service", "route", "shape", "entry"), list(declared()))
def test_a_declared_code_is_given_at_its_field(
    used: Office, service: str, route: CommandRoute, shape: str, entry: str
) -> None:
    for path, body in FIRST.get((shape, entry), ()):
        assert ask(used, service, "POST", path, body).status_code == 201
    said = SAID.get((shape, entry)) or _with(*entry.split())
    answer = ask(used, service, route.method, AT.get((shape, entry), shape), said)
    assert answer.status_code == 422, answer.text
    errors = answer.get_json()["errors"]
    assert [entry] == [f"{each['code']} {_any_place(each['pointer'])}" for each in errors]


def _with(code: str, pointer: str) -> dict[str, Any]:
    """Give what a body has to say for a code at a field: nothing where it is missing."""
    *outer, name = pointer.split("/")[1:]
    body = {} if code == "required" else {name: WRONG[code]}
    for each in outer:
        body = {each: _FAMILY[each] | body}
    return body


def _any_place(pointer: str) -> str:
    return re.sub("/[0-9]+", "/*", pointer)


@pytest.mark.parametrize(
    ("code", "changes"),
    [
        ("required", {"village": " "}),
        ("unknown-field", {"nowhere": 1}),
        ("wrong-type", {"village": 1}),
        ("not-in-list", {"area_type": "both"}),
        ("in-future", {"head": {"birth_date": WRONG["in-future"]}}),
        ("out-of-range", {"head": {"citizen_id": "12"}}),
        ("out-of-order", {"head": {"birth_date": "2024-01-11"}}),
        ("unknown-area", {"commune_code": WRONG["unknown-area"]}),
    ],
)
def test_a_changed_field_is_refused_as_the_field_of_its_event(
    used: Office, code: str, changes: dict[str, Any]
) -> None:
    row = row_of("households", "POST", f"{_HOME}/corrections")
    assert row is not None
    who = bearer("auditor")
    at = row.where.replace("corrections", "events?limit=1")
    (first,) = used.ask("households", "GET", at, who).get_json()["items"]
    asked = {"event_id": first["event_id"], "reason": "ghi nhầm", "fields": changes}
    said = used.ask("households", "POST", row.where, bearer(row.may[0]), json=asked).get_json()
    assert [(each["code"], each["pointer"][:8]) for each in said["errors"]] == [(code, "/fields/")]
    (route,) = (each for each in HOUSEHOLDS.routes if each.path.endswith("d>/corrections"))
    assert f"{code} /fields/*" in semantic_codes(route)
