"""What the OpenAPI document says of a command: its body, its answers, its refusals."""

from collections.abc import Callable
from typing import Any

from apispec import BasePlugin

from shared.problems import TITLES
from shared.routes import CommandRoute

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
                "properties": {
                    "pointer": {"type": "string"},
                    "code": {"type": "string"},
                    "message": {"type": "string"},
                },
            },
        },
    },
}

ACCEPTED = {
    "type": "object",
    "required": ["id", "stream_id", "version", "events"],
    "properties": {
        "id": {"type": "string", "format": "uuid"},
        "stream_id": {"type": "string"},
        "version": {"type": "integer"},
        "events": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "event_id": {"type": "string", "format": "uuid"},
                    "type": {"type": "string"},
                    "version": {"type": "integer"},
                },
            },
        },
    },
}

PROBLEM_REF = {"$ref": "#/components/schemas/Problem"}
ACCEPTED_REF = {"$ref": "#/components/schemas/Accepted"}

_HEADERS = [
    {"name": "Idempotency-Key", "in": "header", "schema": {"type": "string", "maxLength": 257}},
    {"name": "If-Match", "in": "header", "schema": {"type": "string"}},
]


_JSON = "application/json"
_SHEETS = ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "text/csv")
_OTHER_KINDS = {
    "/v1/events": ("application/x-ndjson",),
    "/v1/postings/{commune}": ("application/pdf",),
    "/v1/audit/export": ("application/x-ndjson", _JSON, "application/xml"),
    "/v1/findings/export": _SHEETS,
    "/v1/imports/{import_id}/remarks": _SHEETS,
    "/v1/imports/templates/{kind}": _SHEETS,
    "/v1/audit/log/{service}/checkpoint": ("text/plain",),
    "/v1/audit/log/{service}/tile/{tile}": ("application/octet-stream",),
}
"""What is read as something else than JSON."""


class Reads(BasePlugin):
    """Says of everything that is no command how a good answer looks."""

    def operation_helper(
        self, path: str | None = None, operations: dict[str, Any] | None = None, **_: Any
    ) -> None:
        """Add the good answers where a view has declared none."""
        for operation in (operations or {}).values():
            answers = operation.setdefault("responses", {})
            if not any(str(status).startswith("2") for status in answers):
                kinds = _OTHER_KINDS.get(path or "", (_JSON,))
                schemas = [{"type": "object" if kind == _JSON else "string"} for kind in kinds]
                content = {
                    kind: {"schema": schema} for kind, schema in zip(kinds, schemas, strict=True)
                }
                answers["200"] = {"description": "Trả lời / Answer", "content": content}
                answers["202"] = _answer("Đang làm / Under way", _JSON, {"type": "object"})


def describe(route: CommandRoute, view: Callable[..., Any]) -> Callable[..., Any]:
    """Attach to a view what flask-smorest puts into the document."""
    codes: dict[int, set[str]] = {}
    for code, (status, _) in TITLES.items():
        codes.setdefault(status, set()).add(code)
    for refusal in route.refusals:
        codes.setdefault(refusal.status, set()).add(refusal.code)
    responses: dict[str, Any] = {
        "201": _answer("Đã ghi / Recorded", "application/json", ACCEPTED_REF),
        "200": _answer(
            "Không đổi hoặc lặp lại / Unchanged or repeated", "application/json", ACCEPTED_REF
        ),
    }
    for status in (400, 401, 403, 404, 409, 412, 413, 415, 422, 429, 503):
        listed = ", ".join(sorted(codes.get(status, ())))
        responses[str(status)] = _answer(listed, "application/problem+json", PROBLEM_REF)
    view._apidoc = {  # type: ignore[attr-defined]  # noqa: SLF001 - where flask-smorest looks
        "manual_doc": {
            "summary": f"{route.summary_vi} / {route.summary_en}",
            "description": "Roles: " + ", ".join(sorted(str(role) for role in route.roles)),
            "requestBody": {
                "required": True,
                "content": {"application/json": {"schema": route.schema}},
            },
            "parameters": _HEADERS,
            "responses": responses,
        }
    }
    return view


def _answer(text: str, kind: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"description": text, "content": {kind: {"schema": schema}}}
