"""Raw events for auditors: a list, and exports that stream with a manifest."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import msgspec
from flask import Response, request
from flask_smorest import Blueprint
from sqlalchemy import Engine

from services.reporting.api.answers import answer, engine_of
from services.reporting.api.parameters import (
    AREA,
    area,
    choice,
    day_of,
    household,
    lists,
    reads,
    some,
    times,
)
from services.reporting.domain.sources import REGISTRIES
from services.reporting.exports import ndjson, ocel, xes
from services.reporting.exports.manifest import Tally
from services.reporting.exports.reading import Asked, Row, by_key, in_log_order, listed, subjects
from services.reporting.projections.read_positions import Cut, read_cut
from services.reporting.tlog.proofs import latest
from shared import access
from shared.auth.caller import Caller
from shared.auth.roles import Role
from shared.http.pages import page_of
from shared.http.query import a_code, a_date, an_id, some_codes
from shared.http.who import allowed
from shared.service import Runtime

TYPES = tuple(sorted({each.name for registry in REGISTRIES.values() for each in registry.types()}))
FILTERS = (
    an_id("household_id", "Hộ / The household"),
    AREA,
    some_codes("type", TYPES, "Loại sự kiện / Type of event"),
    a_date("from", "Từ ngày / From a day"),
    a_date("to", "Đến ngày / To a day"),
)


@dataclass(frozen=True, slots=True)
class Format:
    """A form of export: its content type, its ending, in which order it is read, who writes it."""

    kind: str
    ending: str
    read: Callable[[Engine, Asked, Cut], Iterator[Row]]
    write: Callable[[Iterator[Row], Tally], Iterator[bytes]]


FORMATS = {
    "ndjson": Format("application/x-ndjson", "ndjson", in_log_order, ndjson.lines),
    "ocel": Format("application/json", "jsonocel", in_log_order, ocel.document),
    "xes": Format("application/xml", "xes", by_key, xes.document),
}


def blueprint(runtime: Runtime) -> Blueprint:
    """Give the endpoints of raw events."""
    made = Blueprint("audit-events", __name__, description="Kiểm toán / Audit")

    @made.route("/v1/audit/events")  # type: ignore[untyped-decorator] # flask-smorest has no types
    @lists(*FILTERS)
    def events() -> Response:
        """List raw events of the reader's area by date, as they were hashed."""
        who = allowed(Role.INSPECTOR)
        asked = _asked(runtime, who)
        page = page_of(request.args, request.path, runtime.keyring)
        with engine_of(runtime).begin() as connection:
            rows = listed(connection, asked, page.after, page.fetch)
            of = {row.key for row in rows[: page.limit]}
            access.record(connection, who, runtime.clock(), "raw events", of)
        return answer(page.answer(rows, _key, _item))

    @made.route("/v1/audit/export")  # type: ignore[untyped-decorator] # the same
    @reads(*FILTERS, a_code("format", tuple(FORMATS), "Dạng tệp / Form of the file"))
    def export() -> Response:
        """Give raw events of the reader's area, with a manifest at the end."""
        who = allowed(Role.INSPECTOR)
        form = choice("format", tuple(FORMATS)) or "ndjson"
        return _export(runtime, who, form, _asked(runtime, who))

    return made


def _export(runtime: Runtime, who: Caller, form: str, asked: Asked) -> Response:
    engine = engine_of(runtime)
    chosen = FORMATS[form]
    with engine.begin() as connection:
        cut = read_cut(connection, runtime.settings.topics, runtime.settings.partitions)
        agreed = {source: latest(connection, source) for source in REGISTRIES}
        # on record before the first byte leaves, whatever becomes of the rest
        of = subjects(connection, asked)
        access.record(connection, who, runtime.clock(), f"export {form}", of)
    signed = {source: each.note for source, each in agreed.items() if each is not None}
    tally = Tally({**request.args.to_dict(), "format": form}, cut.heads(), signed)
    parts = chosen.write(chosen.read(engine, asked, cut), tally)
    made = Response(parts, content_type=chosen.kind)
    made.headers["Content-Disposition"] = f'attachment; filename="events.{chosen.ending}"'
    return made


def _asked(runtime: Runtime, who: Caller) -> Asked:
    return Asked(
        scope=who.scope,
        day=times(runtime.clock).valid_at,
        household_id=household(),
        area=area(),
        types=frozenset(some("type", TYPES)),
        from_on=day_of("from"),
        to_on=day_of("to"),
    )


def _key(row: Row) -> tuple[str, str]:
    return row.occurred_on.isoformat(), str(row.event_id)


def _item(row: Row) -> Any:
    return msgspec.Raw(row.line())
