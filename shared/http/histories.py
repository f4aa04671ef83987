"""Raw history: one stream's events, and the whole log in position order."""

from collections.abc import Callable, Iterator
from uuid import UUID

from flask import Response, request
from flask_smorest import Blueprint

from shared.auth.roles import Role
from shared.clock import today
from shared.corrections import corrected
from shared.http.limits import Limits
from shared.http.pages import page_of
from shared.http.query import PAGE, a_number, takes
from shared.http.who import allowed
from shared.problems import FieldError, Problem, invalid, not_found
from shared.recorded import Recorded
from shared.service import Resource, Runtime


def envelope(recorded: Recorded) -> bytes:
    """Give an event as JSON: its meta flat, its data, hash and position; bytes as hashed."""
    position = "null" if recorded.position is None else str(recorded.position)
    tail = f',"hash":"{recorded.digest.hex()}","position":{position}}}'.encode()
    return recorded.meta_bytes[:-1] + b',"data":' + recorded.data + tail


def blueprint(runtime: Runtime, limits: Limits) -> Blueprint:
    """Give the endpoints of the raw history of a service."""
    made = Blueprint("histories", __name__, description="Lịch sử / History")

    @made.route("/v1/events")  # type: ignore[untyped-decorator] # flask-smorest has no types
    @takes(
        a_number("after", 0, 2**53, "Sau vị trí / After a position"),
        a_number("limit", 0, 10_000, "Số sự kiện (mặc định 500) / Events (500)"),
    )
    def log() -> Response:
        """Give the raw log in position order, as NDJSON (auditor)."""
        who = allowed(Role.AUDITOR)
        if not who.scope.everything:
            raise Problem("outside-area", 'Cần areas ["*"] / areas ["*"] is needed')
        after, limit = _number("after", 0, 2**53), _number("limit", 500, 10_000)
        rows = runtime.store.read_log(after, limit)
        lines: Iterator[bytes] = (envelope(row) + b"\n" for row in rows)
        return Response(lines, content_type="application/x-ndjson")

    for resource in runtime.service.resources:
        name = resource.decider.name
        rule = f"/v1/{name}s/<uuid:stream>/events"
        view = _history(runtime, resource, limits)
        view.__name__ = f"history_{name}"
        made.route(rule, endpoint=f"history_{name}")(view)
    return made


def _number(name: str, default: int, most: int) -> int:
    given = request.args.get(name, str(default))
    if not given.isascii() or not given.isdigit() or int(given[:17]) > most:
        message = f"số nguyên từ 0 đến {most} / a whole number from 0 to {most}"
        raise invalid([FieldError(f"/{name}", "out-of-range", message)])
    return int(given)


def _history(runtime: Runtime, resource: Resource, limits: Limits) -> Callable[[UUID], Response]:
    @takes(*PAGE)
    def view(stream: UUID) -> Response:
        """Give the raw history of one, oldest first (auditor, inspector)."""
        who = allowed(Role.AUDITOR, Role.INSPECTOR)
        page = page_of(request.args, request.path, runtime.keyring, limits)
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
