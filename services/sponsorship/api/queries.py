"""What may be read of sponsors, assignments and models: one, and lists."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any
from uuid import UUID

from flask import Response
from sqlalchemy import Connection, Engine, Select, Table

from services.sponsorship.api import filters, views
from services.sponsorship.api.helped import Opener
from services.sponsorship.api.personal import personal
from services.sponsorship.api.routes import own, where_now
from services.sponsorship.decider import ASSIGNMENT, MODEL, SPONSOR
from services.sponsorship.read_model import Known
from services.sponsorship.read_model.tables import ASSIGNMENTS, MODELS, SPONSORS
from shared import access
from shared.auth.caller import Caller
from shared.auth.roles import Role
from shared.clock import today
from shared.corrections import corrected
from shared.decider import Decider
from shared.http.blueprint import StrictBlueprint
from shared.http.pages import Page, page_of
from shared.http.query import Asked
from shared.http.responses import response
from shared.http.who import allowed
from shared.problems import Answer, not_found
from shared.service import Runtime

_OFFICERS = (Role.COMMUNE_OFFICER, Role.DISTRICT_OFFICER)


def queries(runtime: Runtime) -> list[StrictBlueprint]:
    """Give the queries of this service."""
    made = StrictBlueprint("sponsorship", __name__, description="Giúp đỡ / Sponsorship")

    @made.get("/v1/sponsors/<uuid:sponsor_id>")
    def sponsor(_: Asked, sponsor_id: UUID) -> Response:
        """Give a sponsor."""
        caller = allowed(*_OFFICERS)
        state, version = _state(runtime, SPONSOR, sponsor_id)
        if state.sponsor_id is None:
            raise not_found()
        with _engine(runtime).begin() as connection:
            document = views.sponsor(state, _opener(runtime, caller))
            _people_read(runtime, caller, "sponsor", connection, [document])
        return _answer(document, version)

    @made.get("/v1/sponsors", filters.SponsorsQuery)
    def sponsors(query: Asked) -> Response:
        """List the sponsors; every officer sees all of them."""
        caller = allowed(*_OFFICERS)
        look = filters.sponsors(query)
        opener = _opener(runtime, caller)
        read = partial(_people_read, runtime, caller, "sponsors")
        page = page_of(query, runtime.keyring)
        return _list(
            *(runtime, page, SPONSORS, "registered_on", look),
            lambda row: views.row(row, opener),
            read,
        )

    @made.get("/v1/assignments/<uuid:assignment_id>")
    def assignment(_: Asked, assignment_id: UUID) -> Response:
        """Give an assignment of the reader's area, or of the sponsor that the reader works for."""
        caller = allowed(*_OFFICERS, Role.SPONSOR)
        state, facts, version = _told(runtime, ASSIGNMENT, assignment_id)
        if not _sees_assignment(runtime, caller, state):
            raise not_found()
        with _engine(runtime).begin() as connection:
            present, opener = today(runtime.clock), _opener(runtime, caller)
            document = views.assignment(state, facts, present, opener)
            about = [state.household_id]
            access.record(connection, caller, runtime.clock(), "assignment", about)
        return _answer(document, version)

    @made.get("/v1/assignments", filters.AssignmentsQuery)
    def assignments(query: Asked) -> Response:
        """List assignments of the reader's area, or of the sponsor that the reader works for."""
        caller = allowed(*_OFFICERS, Role.SPONSOR)
        look = filters.assignments(query, caller, today(runtime.clock))
        page = page_of(query, runtime.keyring)
        return _list(runtime, page, ASSIGNMENTS, "starts_on", look, views.row)

    return [made, _models(runtime), *personal(runtime)]


def _models(runtime: Runtime) -> StrictBlueprint:
    made = StrictBlueprint("models", __name__, description="Mô hình / Models")

    @made.get("/v1/models/<uuid:model_id>")
    def model(_: Asked, model_id: UUID) -> Response:
        """Give a production model of the reader's area."""
        caller = allowed(*_OFFICERS)
        state, version = _state(runtime, MODEL, model_id)
        if state.model_id is None or not caller.scope.covers(state.commune, today(runtime.clock)):
            raise not_found()
        return _answer(views.model(state), version)

    @made.get("/v1/models", filters.ModelsQuery)
    def models(query: Asked) -> Response:
        """List production models of the reader's area."""
        caller = allowed(*_OFFICERS)
        look = filters.models(query, caller, today(runtime.clock))
        page = page_of(query, runtime.keyring)
        return _list(runtime, page, MODELS, "launched_on", look, views.row)

    return made


def _state(runtime: Runtime, decider: Decider[Any, Any], own_id: UUID) -> tuple[Any, int]:
    state, _, version = _told(runtime, decider, own_id)
    return state, version


def _told(runtime: Runtime, decider: Decider[Any, Any], own_id: UUID) -> tuple[Any, list[Any], int]:
    """Give the state of a stream, the facts that it was folded from, and its version."""
    history = runtime.store.read_stream(f"{decider.name}-{own_id}")
    facts = corrected(history)
    return decider.fold(facts), [fact.event for fact in facts], len(history)


def _answer(document: Mapping[str, Any], version: int) -> Response:
    return response(Answer(200, {**document, "version": version}, {"ETag": f'"{version}"'}))


def _opener(runtime: Runtime, caller: Caller) -> Opener:
    """Give what opens sealed texts; to an auditor they stay sealed."""
    return views.stays_sealed if caller.has(Role.AUDITOR) else runtime.keyring.open_all


def _engine(runtime: Runtime) -> Engine:
    if runtime.engine is None:
        raise TypeError("lists need the service's database")
    return runtime.engine


def _sees_assignment(runtime: Runtime, caller: Caller, state: Any) -> bool:
    if state.assignment_id is None:
        return False
    day = today(runtime.clock)
    with _engine(runtime).begin() as connection:
        known = Known(connection)
        if caller.only_helps(*filters.OFFICES) and own(state, known) != caller.sponsor_id:
            return False
        where = where_now(state, known)
        commune = where(day) if where else None
    return caller.scope.covers(commune, day)


def _people_read(
    runtime: Runtime,
    caller: Caller,
    kind: str,
    connection: Connection,
    shown: Sequence[Mapping[str, Any]],
) -> None:
    """Write to the access log of which persons the names are shown."""
    of = [UUID(item["sponsor_id"]) for item in shown if views.names_a_person(item)]
    access.record(connection, caller, runtime.clock(), kind, of)


def _no_reading(_: Connection, __: Sequence[Mapping[str, Any]]) -> None:
    """Say that a list opens nothing."""


def _list(
    runtime: Runtime,
    page: Page,
    table: Table,
    dated_by: str,
    look: Select[Any],
    item: Any,
    read: Callable[[Connection, Sequence[Mapping[str, Any]]], None] = _no_reading,
) -> Response:
    (key,) = table.primary_key.columns
    ordered = filters.after(look, table.c[dated_by], key, page.after)
    with _engine(runtime).begin() as connection:
        rows = connection.execute(ordered.limit(page.fetch)).mappings().all()
        document = page.answer(
            rows,
            lambda row: (row[dated_by].isoformat(), str(row[key.name])),
            item,
        )
        read(connection, document["items"])
    return response(Answer(200, document))
