"""What the OpenAPI document says of a command: its body, its answers, its refusals."""

from collections.abc import Callable
from typing import Any

from apispec import BasePlugin

from shared.http import refusals
from shared.http.lengths import HEADERS
from shared.routes import CommandRoute

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

ACCEPTED_REF = {"$ref": "#/components/schemas/Accepted"}

KEY = '^([!#-~][!-~]{0,254}|"[!-~]{0,253}[!#-~]|"[!-~]{1,255}"|")$'
"""A key bare or quoted; a quotation mark at one end only is a part of it."""
_HEADERS = [
    {
        "name": "Idempotency-Key",
        "in": "header",
        "description": "Gửi lại không ghi hai lần / Sent again, it is not recorded twice",
        "schema": {"type": "string", "pattern": KEY},
    },
    {
        "name": "If-Match",
        "in": "header",
        "description": "Chỉ ghi nếu còn ở phiên bản này / Only while it has this version",
        "schema": {"type": "string", "maxLength": HEADERS["If-Match"]},
    },
]
_ANSWERED = {
    "ETag": {"required": True, "schema": {"type": "string", "pattern": '^"[0-9]+"$'}},
    "Location": {"required": True, "schema": {"type": "string"}},
    "Consistency-Token": {"schema": {"type": "string", "format": "uuid"}},
    "Idempotency-Replayed": {"schema": {"type": "string", "const": "true"}},
}

BEARER = "bearer"
SCHEMES = {BEARER: {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}}
NO_TOKEN: dict[str, Any] = {"security": []}
"""What an operation says that everybody may ask."""

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


class Together(BasePlugin):
    """Says what several fields of a body must be together, where its schema says `together`."""

    def schema_helper(self, name: str, definition: dict[Any, Any], **more: Any) -> dict[str, Any]:  # noqa: ARG002 - apispec's form
        """Add the condition to the schema."""
        found: dict[str, Any] = getattr(more.get("schema"), "together", {})
        return found


class Reads(BasePlugin):
    """Says of everything that is no command how a good answer looks."""

    def operation_helper(
        self, path: str | None = None, operations: dict[str, Any] | None = None, **_: Any
    ) -> None:
        """Add the good answers where a view has declared none."""
        for operation in (operations or {}).values():
            answers = operation.setdefault("responses", {})
            body = "requestBody" in operation or "post" in (operations or {})
            if not any(str(status).startswith("2") for status in answers):
                kinds = _OTHER_KINDS.get(path or "", (_JSON,))
                schemas = [{"type": "object" if kind == _JSON else "string"} for kind in kinds]
                content = {
                    kind: {"schema": schema} for kind, schema in zip(kinds, schemas, strict=True)
                }
                answers["200"] = {"description": "Trả lời / Answer", "content": content}
            for status, found in refusals.of_read(body=body).items():
                answers.setdefault(status, found)
            # flask-smorest names the refusal of a query by number, beside the one by name
            operation["responses"] = {str(each): found for each, found in answers.items()}
            told = refusals.with_query(answers["422"], operation.get("parameters", ()))
            operation["responses"]["422"] = told


def describe(route: CommandRoute, view: Callable[..., Any]) -> Callable[..., Any]:
    """Attach to a view what flask-smorest puts into the document."""
    responses: dict[str, Any] = {
        "201": _answer("Đã ghi / Recorded", _JSON, ACCEPTED_REF) | {"headers": _ANSWERED},
        "200": _answer("Không đổi hoặc lặp lại / Unchanged or repeated", _JSON, ACCEPTED_REF)
        | {"headers": _ANSWERED},
        **refusals.of_command(
            ((each.status, each.code) for each in route.refusals), semantic_codes(route)
        ),
    }
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


def semantic_codes(route: CommandRoute) -> set[str]:
    """Return what a body of the right form may be refused for, as `x-semantic-codes` says it.

    Every command has a day, and a key under which it may be sent again.
    """
    found = {"idempotency-key-reused", *route.semantic}
    if not route.future_ok:
        found.add(f"in-future /{route.dated_by}")
    if "commune_code" in route.schema().fields:
        found.add("unknown-area /commune_code")
    return found


def answer_of(
    kind: str, schema: dict[str, Any], status: int = 200, text: str = "Trả lời / Answer"
) -> dict[str, Any]:
    """Return the good answer of an operation, to be put among its responses."""
    return {str(status): _answer(text, kind, schema)}


def _answer(text: str, kind: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"description": text, "content": {kind: {"schema": schema}}}
