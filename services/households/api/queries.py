"""What may be read of households: one, lists, names of heads."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from flask import Response, request
from flask_smorest import Blueprint
from sqlalchemy import ColumnElement, Engine, select, tuple_

from services.households.api import filters, views
from services.households.api.reference import reference
from services.households.decider import HOUSEHOLD
from services.households.read_model import HOUSEHOLDS
from shared.auth.caller import Caller
from shared.auth.roles import Role
from shared.clock import today
from shared.corrections import corrected
from shared.http.body import load, read_json
from shared.http.fields import BodySchema, Many, Uuid
from shared.http.pages import Page, page_of
from shared.http.problems import Answer, not_found, response
from shared.http.who import allowed
from shared.service import Runtime

CARD = (
    Role.COMMUNE_OFFICER,
    Role.DISTRICT_OFFICER,
    Role.PRIVACY_OFFICER,
    Role.BANK_TELLER,
    Role.BANK_CONTROLLER,
    Role.UNION_INSPECTOR,
    Role.INSPECTOR,
)
"""Who may see at least the card of a household: names, members, place, status."""


class NamesSchema(BodySchema):
    """The households whose heads' names are asked for."""

    ids = Many(Uuid(), fewest=1, most=500, required=True)


def queries(runtime: Runtime) -> list[Blueprint]:
    """Give the queries of this service."""
    made = Blueprint("households", __name__, description="Hộ / Households")

    @made.route("/v1/households/<uuid:household_id>")  # type: ignore[untyped-decorator] # no types
    def household(household_id: UUID) -> Response:
        """Give the present state of a household, and of its people what the reader may see."""
        return _one(runtime, household_id, allowed(*CARD))

    @made.route("/v1/households")  # type: ignore[untyped-decorator] # flask-smorest has no types
    def households() -> Response:
        """List the households of the reader's area, by filters as of a date; without names."""
        page = page_of(request.args, request.path, runtime.keyring)
        return _list(runtime, page, request.args, allowed(*CARD))

    @made.route("/v1/households/names", methods=["POST"])  # type: ignore[untyped-decorator] # same
    def names() -> Response:
        """Give the heads' names and the villages of households, those outside the area left out."""
        caller = allowed(*CARD)
        asked = load(NamesSchema(), read_json(request.get_data()))
        return _names(runtime, asked["ids"], caller)

    return [made, reference(runtime)]


def _one(runtime: Runtime, household_id: UUID, caller: Caller) -> Response:
    history = runtime.store.read_stream(f"{HOUSEHOLD.name}-{household_id}")
    state = HOUSEHOLD.fold(corrected(history))
    present = today(runtime.clock)
    if state.household_id is None or not caller.scope.covers(state.commune_on(present), present):
        raise not_found()
    document = views.household(state, present, _open(runtime, caller), views.sees_all(caller))
    answer = Answer(200, document | {"version": len(history)}, {"ETag": f'"{len(history)}"'})
    return response(answer)


def _open(runtime: Runtime, caller: Caller) -> views.Opener:
    """Give what opens sealed texts; to an auditor they stay sealed."""
    if caller.has(Role.AUDITOR):
        return list
    return runtime.keyring.open_all


def _engine(runtime: Runtime) -> Engine:
    if runtime.engine is None:
        raise TypeError("lists need the service's database")
    return runtime.engine


def _list(runtime: Runtime, page: Page, args: Mapping[str, str], caller: Caller) -> Response:
    present = today(runtime.clock)
    asked, on = filters.of(args, present)
    conditions = [*asked, *filters.within(caller.scope, present)]
    if page.after is not None:
        conditions.append(_beyond(page.after))
    look = (
        select(HOUSEHOLDS)
        .where(*conditions)
        .order_by(HOUSEHOLDS.c.registered_on, HOUSEHOLDS.c.household_id)
        .limit(page.fetch)
    )
    with _engine(runtime).begin() as connection:
        rows = connection.execute(look).all()
        shown = filters.periods(connection, [row.household_id for row in rows], on)
    document = page.answer(
        rows,
        lambda row: (row.registered_on.isoformat(), str(row.household_id)),
        lambda row: views.line(row, shown.get(row.household_id, [])),
    )
    return response(Answer(200, document))


def _beyond(after: tuple[str, ...]) -> ColumnElement[bool]:
    day, household_id = after
    key = tuple_(HOUSEHOLDS.c.registered_on, HOUSEHOLDS.c.household_id)
    return key > tuple_(date.fromisoformat(day), UUID(household_id))


def _names(runtime: Runtime, ids: list[UUID], caller: Caller) -> Response:
    present = today(runtime.clock)
    look = select(HOUSEHOLDS).where(
        HOUSEHOLDS.c.household_id.in_(ids), *filters.within(caller.scope, present)
    )
    with _engine(runtime).begin() as connection:
        rows = connection.execute(look.order_by(HOUSEHOLDS.c.household_id)).all()
        shown = filters.periods(connection, [row.household_id for row in rows], present)
    opened = _open(runtime, caller)([row.head_name for row in rows])
    items: list[dict[str, Any]] = []
    for row, name in zip(rows, opened, strict=True):
        place = views.line(row, shown.get(row.household_id, []))
        items.append(
            {
                "household_id": str(row.household_id),
                "head_name": name,
                "village": place["village"],
            }
        )
    return response(Answer(200, {"items": items}))
