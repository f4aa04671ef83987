"""Command endpoints of a service: reading the request, and answering as the contract says."""

import re
from typing import Any
from uuid import UUID

from flask import Response, request

from shared.auth.caller import Caller
from shared.clock import new_id
from shared.commands import CommandRequest, correlation_of, execute
from shared.http.body import read_json
from shared.http.limits import Limits
from shared.http.responses import response
from shared.http.who import caller, role_missing
from shared.problems import FieldError, Problem, invalid
from shared.routes import CommandRoute
from shared.service import Runtime

_KEY = re.compile(r"[\x21-\x7e]{1,255}")
_TRACE = re.compile(r"[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}")


def body_bytes(most: int) -> bytes:
    """Give the body as sent; 413 where it is larger than `most`."""
    request.max_content_length = most + 1  # one that comes in chunks is cut there, not refused
    if (request.content_length or 0) > most:
        raise too_large(most)
    sent = request.get_data(cache=False)
    if len(sent) > most:
        raise too_large(most)
    return sent


def too_large(most: int) -> Problem:
    """Give the 413 that says the limit."""
    return Problem(
        "too-large", f"Tối đa {most} byte, hãy chia nhỏ / At most {most} bytes, split it"
    )


def idempotency_key(given: str | None, pointer: str = "/Idempotency-Key") -> str | None:
    """Read an Idempotency-Key, quoted or bare; 422 if it cannot be one."""
    if given is None:
        return None
    bare = given.strip(" \t")  # what HTTP takes for no part of a value
    if len(bare) > 1 and bare.startswith('"') and bare.endswith('"'):
        bare = bare[1:-1]
    if not _KEY.fullmatch(bare):
        text = "1 đến 255 ký tự ASCII / 1 to 255 visible ASCII characters"
        raise invalid([FieldError(pointer, "out-of-range", text)])
    return bare


def may(route: CommandRoute, roles: frozenset[str]) -> None:
    """Pass if one of the roles may use the route; else 403."""
    if route.roles.isdisjoint(roles):
        raise role_missing(route.roles)


def _correlation(runtime: Runtime) -> tuple[UUID, str | None]:
    traceparent = request.headers.get("traceparent")
    trace = _TRACE.fullmatch(traceparent) if traceparent else None
    if trace is not None:
        return UUID(trace.group(1)), traceparent
    given = request.headers.get("X-Request-ID")
    return (correlation_of(given[:200]) if given else new_id(runtime.clock)), None


def command_view(
    runtime: Runtime, route: CommandRoute, limits: Limits, ids: dict[str, Any]
) -> Response:
    """Answer one command request."""
    who: Caller = caller()
    may(route, who.roles)
    if request.mimetype != "application/json" or "Content-Encoding" in request.headers:
        raise Problem(
            "unsupported-media",
            "Cần Content-Type: application/json, không nén / "
            "Content-Type: application/json is needed, not compressed",
        )
    sent = body_bytes(limits.body_bytes)
    correlation_id, traceparent = _correlation(runtime)
    answer = execute(
        runtime,
        CommandRequest(
            route=route,
            ids=ids,
            path=request.path,
            body=read_json(sent),
            sent=sent,
            caller=who,
            key=idempotency_key(request.headers.get("Idempotency-Key")),
            if_match=request.headers.get("If-Match"),
            correlation_id=correlation_id,
            traceparent=traceparent,
        ),
    )
    location = answer.headers.get("Location")
    if location is not None:
        answer.headers["Location"] = request.script_root + location
    return response(answer)
