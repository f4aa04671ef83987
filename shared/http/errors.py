"""Every way in which a request can fail, as the problem document that says so."""

import logging
from typing import Any

from flask import Flask, Response, request
from sqlalchemy.exc import InterfaceError, InternalError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException

from shared.bodies import field_errors
from shared.clock import new_id
from shared.decider import Conflict, Malformed
from shared.http.responses import response
from shared.logs import where_it_broke
from shared.problems import (
    TITLES,
    FieldError,
    Problem,
    as_answer,
    invalid,
    not_found,
    problem_of,
)
from shared.store.port import StoreUnavailable

_LOG = logging.getLogger(__name__)

_ENDED = frozenset({"25P03", "25P04"})
"""What PostgreSQL calls a transaction that it ended because it was idle or took too long."""

_BY_STATUS = {
    400: "not-json",
    401: "unauthenticated",
    404: "not-found",
    405: "method-not-allowed",
    406: "not-acceptable",
    413: "too-large",
    415: "unsupported-media",
    429: "too-many",
    503: "unavailable",
}


def _of_http(error: HTTPException) -> Problem:
    status = error.code or 500
    if status == 422:  # noqa: PLR2004 - a query that flask-smorest's parser refused
        data: Any = getattr(error, "data", None) or {}
        messages = data.get("messages", {})
        found = [each for place in messages.values() for each in field_errors(place)]
        return invalid(found or [FieldError("", "wrong-type", "chưa đúng dạng / wrong form")])
    if status == 404:  # noqa: PLR2004 - HTTP's number
        return not_found()
    code = _BY_STATUS.get(status, "broken" if status >= 500 else "invalid")  # noqa: PLR2004 - HTTP
    headers = {name: value for name, value in error.get_headers() if name == "Allow"}
    problem = Problem(code, TITLES[code][1], status=status, headers=headers)
    if status == 413:  # noqa: PLR2004 - HTTP's number
        most = request.max_content_length
        problem.detail = f"Tối đa {most} byte, hãy chia nhỏ / At most {most} bytes, split it"
    return problem


def unavailable() -> Problem:
    """Give the 503 of a database that is away; the request may be sent again as it is."""
    return Problem(
        "unavailable",
        "Cơ sở dữ liệu tạm thời không trả lời, hãy gửi lại / "
        "The database does not answer for now, send it again",
        headers={"Retry-After": "1"},
    )


def install(app: Flask) -> None:
    """Answer everything that is raised in a request of this app."""

    def refused(error: Conflict | Malformed | Problem) -> Response:
        return response(as_answer(problem_of(error)))

    def stopped(error: HTTPException) -> Response:
        return response(as_answer(_of_http(error)))

    def away(error: Exception) -> Response:
        _LOG.warning("unavailable", exc_info=error)
        return response(as_answer(unavailable()))

    def broken(error: Exception) -> Response:
        correlation = new_id()
        # the type and the place, never the message: it may hold what a person wrote
        _LOG.error("broken", extra=where_it_broke(error) | {"correlation_id": str(correlation)})
        said = f"Mã sự cố / incident {correlation}"
        problem = Problem("broken", said, extra={"correlation_id": str(correlation)})
        return response(as_answer(problem))

    def ended(error: InternalError) -> Response:
        return away(error) if getattr(error.orig, "sqlstate", None) in _ENDED else broken(error)

    for kind in (Conflict, Malformed, Problem):
        app.register_error_handler(kind, refused)
    app.register_error_handler(HTTPException, stopped)
    # the store says so itself; the keys and the read models let their driver say it
    for outage in (StoreUnavailable, OperationalError, InterfaceError, PoolTimeout):
        app.register_error_handler(outage, away)
    app.register_error_handler(InternalError, ended)
    app.register_error_handler(Exception, broken)
