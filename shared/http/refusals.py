"""What the OpenAPI document says of refusals: for every status its codes, in one place."""

from collections.abc import Iterable
from http import HTTPStatus
from typing import Any

from shared.http.fields import AREA, COMMUNE
from shared.problems import FIELD_CODES, TITLES

PROBLEM = {
    "type": "object",
    "required": ["type", "title", "status", "detail", "code"],
    "properties": {
        "type": {"type": "string", "format": "uri"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "code": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["pointer", "code", "message"],
                "properties": {
                    "pointer": {"type": "string"},
                    "code": {"type": "string", "enum": [*FIELD_CODES, "not-convertible"]},
                    "message": {"type": "string"},
                },
            },
        },
    },
}
PROBLEM_REF = {"$ref": "#/components/schemas/Problem"}
_HEADERS = {
    401: {"WWW-Authenticate": "Bearer"},
    429: {"Retry-After": "Giây phải đợi / Seconds to wait"},
    503: {"Retry-After": "Giây phải đợi / Seconds to wait"},
}
_ALWAYS = (401, 403, 404, 422, 429, 503)
_WITH_BODY = (400, 409, 413, 415)


def listed(status: int) -> set[str]:
    """Return the codes that any endpoint may answer with a status."""
    return {code for code, (known, _) in TITLES.items() if known == status}


def refusal(status: int, codes: Iterable[str] = (), semantic: Iterable[str] = ()) -> dict[str, Any]:
    """Return the response of a status: a problem document with one of its codes.

    `semantic` are those that a request of the right form may meet, for no schema can say them: a
    code alone, or before its field; in a pointer `*` is any place in a list.
    """
    may = sorted({*listed(status), *codes})
    names = {"status": {"const": status}, "code": {"type": "string", "enum": may}}
    schema = {"allOf": [PROBLEM_REF, {"properties": names}]}
    found: dict[str, Any] = {
        "description": ", ".join(may),
        "content": {"application/problem+json": {"schema": schema}},
    }
    if status in _HEADERS:
        found["headers"] = {
            name: {"required": True, "description": text, "schema": {"type": "string"}}
            for name, text in _HEADERS[status].items()
        }
    if status == HTTPStatus.UNPROCESSABLE_ENTITY:
        found["x-semantic-codes"] = sorted(semantic)
    return found


def components() -> dict[str, dict[str, Any]]:
    """Return the responses that operations refer to, by name."""
    return {HTTPStatus(status).name: refusal(status) for status in sorted(_statuses())}


def referred(status: int) -> dict[str, Any]:
    """Return the reference to the response that a status has everywhere."""
    return {"$ref": f"#/components/responses/{HTTPStatus(status).name}"}


def of_read(*, body: bool) -> dict[str, Any]:
    """Return the refusals of what is no command; of one with a `body`, also those of bodies."""
    found = {str(status): referred(status) for status in (*_ALWAYS, *(_WITH_BODY if body else ()))}
    if body:
        # the thing that is asked of decides on the code
        content = {"application/problem+json": {"schema": PROBLEM_REF}}
        found["409"] = {"description": "Bị từ chối / Refused", "content": content}
    return found


def with_query(said: Any, parameters: Iterable[Any]) -> dict[str, Any]:
    """Return a 422 with what the parameters of a query may be refused for besides.

    A cursor belongs to a query and a path, and of areas the map says which there are.
    """
    codes = set(said.get("x-semantic-codes", ())) if isinstance(said, dict) else set()
    for each in parameters:
        if each.get("name") == "cursor":
            codes.add("bad-cursor")
        if each.get("in") == "query" and each["schema"].get("pattern") in (AREA, COMMUNE):
            codes.add(f"unknown-area /{each['name']}")
    found = said if isinstance(said, dict) and "content" in said else refusal(422)
    return found | {"x-semantic-codes": sorted(codes)}


def of_command(conflicts: Iterable[tuple[int, str]], semantic: Iterable[str]) -> dict[str, Any]:
    """Return the refusals of a command, with those of its own by status and code.

    `semantic` is all that a body of the right form may be answered with as a 422.
    """
    own: dict[int, set[str]] = {}
    for status, code in conflicts:
        own.setdefault(status, set()).add(code)
    statuses = (*_ALWAYS, *_WITH_BODY, 412)
    found = {
        str(status): refusal(status, own[status]) if status in own else referred(status)
        for status in sorted(statuses)
    }
    found["422"] = refusal(422, own.get(422, ())) | {"x-semantic-codes": sorted(semantic)}
    return found


def _statuses() -> set[int]:
    return {status for status, _ in TITLES.values()} - {500}
