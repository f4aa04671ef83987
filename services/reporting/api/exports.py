"""Raw events for auditors: a list, and exports that stream with a manifest."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import msgspec
from flask import Response, request
from sqlalchemy import Engine

from services.reporting.api.answers import answer, engine_of
from services.reporting.api.parameters import AreaQuery, TimesQuery, times
from services.reporting.domain.sources import REGISTRIES
from services.reporting.exports import ndjson, ocel, xes
from services.reporting.exports.manifest import Tally
from services.reporting.exports.reading import Asked, Row, by_key, in_log_order, listed, subjects
from services.reporting.projections.read_positions import Cut, read_cut
from services.reporting.tlog.proofs import latest
from shared import access
from shared.auth.caller import Caller
from shared.auth.roles import Role
from shared.http.blueprint import StrictBlueprint
from shared.http.fields import Choice, Day, Uuid
from shared.http.pages import page_of
from shared.http.query import Asked as Given
from shared.http.query import Codes, PageQuery, described
from shared.http.who import allowed
from shared.service import Runtime

TYPES = tuple(sorted({each.name for registry in REGISTRIES.values() for each in registry.types()}))


class EventsFilters(TimesQuery, AreaQuery):
    """By what raw events are chosen."""

    household_id = described(Uuid(), "Hộ / The household")
    type = described(Codes(TYPES), "Loại sự kiện / Type of event")
    from_on = described(Day(data_key="from"), "Từ ngày / From a day")
    to_on = described(Day(data_key="to"), "Đến ngày / To a day")


class EventsQuery(EventsFilters, PageQuery):
    """What the list of raw events takes."""


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


class ExportQuery(EventsFilters):
    """The filters of raw events, and the form of the file."""

    format = described(Choice(tuple(FORMATS), load_default="ndjson"), "Dạng tệp / Form of the file")


def blueprint(runtime: Runtime) -> StrictBlueprint:
    """Give the endpoints of raw events."""
    made = StrictBlueprint("audit-events", __name__, description="Kiểm toán / Audit")

    @made.get("/v1/audit/events", EventsQuery)
    def events(query: Given) -> Response:
        """List raw events of the reader's area by date, as they were hashed."""
        who = allowed(Role.INSPECTOR)
        asked, page = _asked(runtime, who, query), page_of(query, runtime.keyring)
        with engine_of(runtime).begin() as connection:
            rows = listed(connection, asked, page.after, page.fetch)
            of = {row.key for row in rows[: page.limit]}
            access.record(connection, who, runtime.clock(), "raw events", of)
        return answer(page.answer(rows, _key, _item))

    @made.get("/v1/audit/export", ExportQuery)
    def export(query: Given) -> Response:
        """Give raw events of the reader's area, with a manifest at the end."""
        who = allowed(Role.INSPECTOR)
        return _export(runtime, who, query["format"], _asked(runtime, who, query))

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


def _asked(runtime: Runtime, who: Caller, query: Given) -> Asked:
    return Asked(
        scope=who.scope,
        day=times(query, runtime.clock).valid_at,
        household_id=query.get("household_id"),
        area=query.get("area"),
        types=query["type"],
        from_on=query.get("from_on"),
        to_on=query.get("to_on"),
    )


def _key(row: Row) -> tuple[str, str]:
    return row.occurred_on.isoformat(), str(row.event_id)


def _item(row: Row) -> Any:
    return msgspec.Raw(row.line())
