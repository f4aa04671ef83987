"""Raw history: one stream's events, and the whole log in position order."""

from collections.abc import Callable, Iterator
from uuid import UUID

from flask import Response

from shared.auth.roles import Role
from shared.clock import today
from shared.corrections import corrected
from shared.http.blueprint import StrictBlueprint
from shared.http.pages import page_of
from shared.http.query import Asked, Number, PageQuery, Query, described
from shared.http.who import allowed
from shared.problems import Problem, not_found
from shared.recorded import Recorded
from shared.service import Resource, Runtime


def envelope(recorded: Recorded) -> bytes:
    """Give an event as JSON: its meta flat, its data, hash and position; bytes as hashed."""
    position = "null" if recorded.position is None else str(recorded.position)
    tail = f',"hash":"{recorded.digest.hex()}","position":{position}}}'.encode()
    return recorded.meta_bytes[:-1] + b',"data":' + recorded.data + tail


class LogQuery(Query):
    """From where on, and how much."""

    after = described(Number(0, 2**53, load_default=0), "Sau vị trí / After a position")
    limit = described(
        Number(0, 10_000, load_default=500), "Số sự kiện (mặc định 500) / Events (500)"
    )


def blueprint(runtime: Runtime) -> StrictBlueprint:
    """Give the endpoints of the raw history of a service."""
    made = StrictBlueprint("histories", __name__, description="Lịch sử / History")

    @made.get("/v1/events", LogQuery)
    def log(query: Asked) -> Response:
        """Give the raw log in position order, as NDJSON (auditor)."""
        who = allowed(Role.AUDITOR)
        if not who.scope.everything:
            raise Problem("outside-area", 'Cần areas ["*"] / areas ["*"] is needed')
        rows = runtime.store.read_log(query["after"], query["limit"])
        lines: Iterator[bytes] = (envelope(row) + b"\n" for row in rows)
        return Response(lines, content_type="application/x-ndjson")

    for resource in runtime.service.resources:
        name = resource.decider.name
        rule = f"/v1/{name}s/<uuid:stream>/events"
        made.get(rule, PageQuery, endpoint=f"history_{name}")(_history(runtime, resource))
    return made


def _history(runtime: Runtime, resource: Resource) -> Callable[[Asked, UUID], Response]:
    def view(query: Asked, stream: UUID) -> Response:
        """Give the raw history of one, oldest first (auditor, inspector)."""
        who = allowed(Role.AUDITOR, Role.INSPECTOR)
        page = page_of(query, runtime.keyring)
        history = runtime.store.read_stream(f"{resource.decider.name}-{stream}")
        if not history or not (who.scope.everything or _within(runtime, resource, history)):
            raise not_found()
        start = int(page.after[0]) if page.after else 0
        rows = history[start : start + page.fetch]
        shown = page.answer(rows, lambda row: (str(row.meta.version),), lambda _: {})
        items = b",".join(envelope(row) for row in rows[: page.limit])
        cursor = shown["next_cursor"]
        tail = "null" if cursor is None else f'"{cursor}"'
        body = b'{"items":[' + items + b'],"next_cursor":' + tail.encode() + b"}"
        return Response(body, content_type="application/json")

    return view


def _within(runtime: Runtime, resource: Resource, history: list[Recorded]) -> bool:
    """Tell whether the caller's areas hold it today."""
    who = allowed(Role.AUDITOR, Role.INSPECTOR)
    if resource.location is None:
        return False
    with runtime.store.transaction() as transaction:
        known = runtime.service.known(transaction.connection)
        where = resource.location(resource.decider.fold(corrected(history)), known)
        day = today(runtime.clock)
        return where is not None and who.scope.covers(where(day), day)
