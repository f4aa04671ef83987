"""What every service says of itself: health, metrics, documents, code lists."""

import time
from typing import Any

from flask import Flask, Response, g, request
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from shared.clock import today
from shared.codec import canonical
from shared.codes import code_lists, codes_on
from shared.http.asyncapi import asyncapi
from shared.http.blueprint import StrictBlueprint
from shared.http.docs import docs_page
from shared.http.fields import Day
from shared.http.openapi import NO_TOKEN, answer_of
from shared.http.query import Asked, Query, described
from shared.http.shapes import OBJECT, WORD, has, some
from shared.metrics import REQUESTS, SECONDS, exposition
from shared.problems import not_found
from shared.service import Runtime
from shared.store.port import StoreUnavailable

_PLAINLY = NO_TOKEN | {"responses": answer_of("application/json", {"type": "object"})}
_TEXT = NO_TOKEN | {"responses": answer_of("text/plain", {"type": "string"})}
_PAGE = NO_TOKEN | {"responses": answer_of("text/html", {"type": "string"})}
_READINESS = NO_TOKEN | {
    "responses": answer_of("application/json", {"type": "object"})
    | answer_of("application/json", {"type": "object"}, 503)
}


class DayQuery(Query):
    """On which day."""

    on = described(Day(), "Ngày (mặc định hôm nay) / The day (today)")


def blueprint(runtime: Runtime) -> StrictBlueprint:
    """Give the endpoints about the service itself; only the code lists ask for a token."""
    made = StrictBlueprint("about", __name__, description="Về dịch vụ / About itself")
    service = runtime.service

    @made.route("/health/live")  # type: ignore[untyped-decorator] # flask-smorest has no types
    @made.doc(**_PLAINLY)  # type: ignore[untyped-decorator] # the same
    def live() -> Response:
        """Say that the process runs."""
        return _json({"status": "live", "service": service.name})

    @made.route("/health/ready")  # type: ignore[untyped-decorator] # flask-smorest has no types
    @made.doc(**_READINESS)  # type: ignore[untyped-decorator] # the same
    def ready() -> Response:
        """Say whether commands and queries would be answered."""
        found: dict[str, Any] = {
            "service": service.name,
            "history_load": runtime.settings.history_load,
        }
        try:
            found |= {"position": runtime.store.head()}
        except (StoreUnavailable, SQLAlchemyError):
            return _json({"status": "unavailable", **found}, 503)
        if (problem := runtime.evidence.problem()) is not None:
            found |= {"evidence": problem}  # commands are refused, reads go on
        return _json({"status": "ready", **found})

    @made.route("/metrics")  # type: ignore[untyped-decorator] # flask-smorest has no types
    @made.doc(**_TEXT)  # type: ignore[untyped-decorator] # the same
    def metrics() -> Response:
        """Give the figures that Prometheus collects."""
        return Response(
            exposition(service.name, lambda: _gauges(runtime)),
            content_type="text/plain; version=0.0.4; charset=utf-8",
        )

    @made.route("/docs")  # type: ignore[untyped-decorator] # flask-smorest has no types
    @made.doc(**_PAGE)  # type: ignore[untyped-decorator] # the same
    def docs() -> Response:
        """Show this document as a page."""
        return Response(docs_page(service.title), mimetype="text/html")

    @made.route("/asyncapi.json")  # type: ignore[untyped-decorator] # flask-smorest has no types
    @made.doc(**_PLAINLY)  # type: ignore[untyped-decorator] # the same
    def events() -> Response:
        """Describe the topic of the service and its events."""
        return _json(asyncapi(runtime))

    _code_lists(made, runtime)
    return made


def _code_lists(made: StrictBlueprint, runtime: Runtime) -> None:
    @made.get("/v1/codes", shape=has(items=some(WORD)))
    def lists(_: Asked) -> Response:
        """List the code lists."""
        return _json({"items": list(code_lists())})

    @made.get("/v1/codes/<name>", DayQuery, has(items=some(OBJECT)))
    def codes(query: Asked, name: str) -> Response:
        """Give the codes of a list on a day, with their labels."""
        if name not in code_lists():
            raise not_found()
        day = query.get("on", today(runtime.clock))
        return _json({"items": [code.document() for code in codes_on(name, day)]})


def measure(app: Flask, service: str) -> None:
    """Count every request of an app, by its route and never by its ids."""

    @app.before_request
    def begin() -> None:
        g.began = time.perf_counter()

    @app.after_request
    def end(answer: Response) -> Response:
        route = request.url_rule.rule if request.url_rule else "none"
        REQUESTS.labels(service, request.method, route, str(answer.status_code)).inc()
        if "began" in g:
            SECONDS.labels(service).observe(time.perf_counter() - g.began)
        return answer


def _gauges(runtime: Runtime) -> dict[str, float]:
    """Look up what only the database knows; nothing where it is away."""
    try:
        found = {"position": float(runtime.store.head())}
        if runtime.engine is not None:
            with runtime.engine.begin() as connection:
                held = text("SELECT count(*) FROM held_keys")
                exists = text("SELECT to_regclass('held') IS NOT NULL")
                if connection.execute(exists).scalar():
                    found["held_keys"] = float(connection.execute(held).scalar() or 0)
                if runtime.service.gauges is not None:
                    found |= runtime.service.gauges(connection)
    except (StoreUnavailable, SQLAlchemyError):
        return {"up": 0.0}
    return found | runtime.evidence.figures() | {"up": 1.0}


def _json(document: dict[str, Any], status: int = 200) -> Response:
    made = Response(canonical(document), status=status, content_type="application/json")
    if status >= 500:  # noqa: PLR2004 - HTTP's line
        made.headers["Retry-After"] = "1"
    return made
