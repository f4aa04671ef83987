"""What may be read of households: one, lists, names of heads."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask import Response
from sqlalchemy import Connection, select

from services.households.api import filters, views
from services.households.api.imports import imports
from services.households.api.personal import personal
from services.households.api.postings import postings
from services.households.api.reading import CARD, engine_of, opener
from services.households.api.reference import reference
from services.households.api.reviewed import Told
from services.households.api.searches import people
from services.households.decider import HOUSEHOLD
from services.households.read_model import HOUSEHOLDS, is_helped_by
from services.households.state import HouseholdState
from shared import access
from shared.auth.caller import Caller
from shared.auth.roles import Role
from shared.clock import today
from shared.corrections import corrected
from shared.http.blueprint import StrictBlueprint
from shared.http.pages import page_of
from shared.http.query import Asked
from shared.http.responses import response
from shared.http.who import allowed, role_missing
from shared.problems import Answer, not_found
from shared.service import Runtime


def queries(runtime: Runtime) -> list[StrictBlueprint]:
    """Give the queries of this service."""
    made = StrictBlueprint("households", __name__, description="Hộ / Households")

    @made.get("/v1/households/<uuid:household_id>")
    def household(_: Asked, household_id: UUID) -> Response:
        """Give the present state of a household, and of its people what the reader may see."""
        return _one(runtime, household_id, allowed(*CARD, Role.SPONSOR))

    @made.get("/v1/households", filters.HouseholdsQuery)
    def households(query: Asked) -> Response:
        """List the households of the reader's area, by filters as of a date; without names."""
        return _list(runtime, query, allowed(*CARD))

    others = [reference(runtime), imports(runtime), postings(runtime)]
    return [made, people(runtime), *personal(runtime), *others]


def _one(runtime: Runtime, household_id: UUID, caller: Caller) -> Response:
    with runtime.store.transaction() as transaction:
        history = transaction.read(f"{HOUSEHOLD.name}-{household_id}")
        facts = corrected(history)
        state = HOUSEHOLD.fold(facts)
        present = today(runtime.clock)
        if state.household_id is None or not caller.scope.covers(
            state.commune_on(present), present
        ):
            raise not_found()
        told = [(fact.event, fact.meta.actor.sub) for fact in facts]
        document = _shown(runtime, transaction.connection, state, told, caller)
        access.record(transaction.connection, caller, runtime.clock(), "household", [household_id])
    answer = Answer(200, document | {"version": len(history)}, {"ETag": f'"{len(history)}"'})
    return response(answer)


def _shown(
    runtime: Runtime,
    connection: Connection | None,
    state: HouseholdState,
    told: Sequence[Told],
    caller: Caller,
) -> dict[str, Any]:
    """Show what the caller may see; to a sponsor nothing but the households they help today."""
    present, opens = today(runtime.clock), opener(runtime, caller)
    if not views.only_helps(caller):
        return views.household(state, told, present, opens, views.sees_all(caller))
    if connection is None or state.household_id is None:
        raise not_found()
    if not is_helped_by(connection, state.household_id, caller.sponsor_id, present):
        raise not_found()
    facts = [fact for fact, _ in told]
    return views.for_sponsor(state, facts, present, opens)


def _list(runtime: Runtime, query: Asked, caller: Caller) -> Response:
    page = page_of(query, runtime.keyring)
    present = today(runtime.clock)
    asked, on = filters.of(query, present)
    whole = views.sees_all(caller)
    if not whole and not filters.BEYOND_CARDS.isdisjoint(query):
        raise role_missing(views.ALL)
    conditions = [*asked, *filters.within(caller.scope, present)]
    if page.after is not None:
        conditions.append(filters.beyond(page.after))
    look = (
        select(HOUSEHOLDS)
        .where(*conditions)
        .order_by(HOUSEHOLDS.c.registered_on, HOUSEHOLDS.c.household_id)
        .limit(page.fetch)
    )
    with engine_of(runtime).begin() as connection:
        rows = connection.execute(look).all()
        shown = filters.periods(connection, [row.household_id for row in rows], on)
    document = page.answer(
        rows,
        filters.place_in_order,
        lambda row: views.line(row, shown.get(row.household_id, []), whole),
    )
    return response(Answer(200, document))
