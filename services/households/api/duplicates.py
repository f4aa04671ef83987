"""Members of other households who may be the same people: listed, never merged by the machine."""

from datetime import date
from typing import Any
from uuid import UUID

from flask import Response
from sqlalchemy import Connection, select

from services.households.api import filters, views
from services.households.api.reading import engine_of
from services.households.read_model import HOUSEHOLDS, PEOPLE
from shared import access
from shared.areas import Commune, at
from shared.areas.text import commune_in
from shared.auth.caller import Caller
from shared.clock import today
from shared.http.responses import response
from shared.problems import Answer, not_found
from shared.service import Runtime

_MOST = 200


def duplicates_of(runtime: Runtime, household_id: UUID, caller: Caller) -> Response:
    """Give who has the same name without marks, no other birth year, and lives in the commune.

    Each item says in what they are alike; `birth_year` is missing where one of the two is unknown.
    """
    present = today(runtime.clock)
    scope = filters.within(caller.scope, present)
    with engine_of(runtime).begin() as connection:
        own = select(HOUSEHOLDS).where(HOUSEHOLDS.c.household_id == household_id, *scope)
        if connection.execute(own).first() is None:
            raise not_found()
        pairs = _alike(connection, household_id, scope)
        homes = _homes(connection, {household_id, *(pair.household_id for pair in pairs)}, present)
        items = [
            _item(pair, homes[pair.household_id])
            for pair in pairs
            if _commune(homes[pair.household_id], present) == _commune(homes[household_id], present)
        ]
        read = [household_id, *(UUID(item["household_id"]) for item in items)]
        access.record(connection, caller, runtime.clock(), "duplicates", read)
    return response(Answer(200, {"items": items}))


def _alike(connection: Connection, household_id: UUID, scope: list[Any]) -> list[Any]:
    other = PEOPLE.alias("other")
    look = (
        select(
            PEOPLE.c.member_id.label("mine"),
            other.c.household_id,
            other.c.member_id,
            (PEOPLE.c.born_ref == other.c.born_ref).label("same_year"),
        )
        .join(other, other.c.name_ref == PEOPLE.c.name_ref)
        .join(HOUSEHOLDS, HOUSEHOLDS.c.household_id == other.c.household_id)
        .where(
            PEOPLE.c.household_id == household_id,
            other.c.household_id != household_id,
            HOUSEHOLDS.c.closed_on.is_(None),
            (PEOPLE.c.born_ref == other.c.born_ref).is_not(False),
            *scope,
        )
        .order_by(PEOPLE.c.member_id, other.c.household_id, other.c.member_id)
        .limit(_MOST)
    )
    return list(connection.execute(look).all())


def _homes(connection: Connection, ids: set[UUID], present: date) -> dict[UUID, Any]:
    found = filters.periods(connection, sorted(ids), present)
    return {
        household_id: next(row for row in rows if row.kind == "place")
        for household_id, rows in found.items()
    }


def _commune(home: Any, present: date) -> Commune:
    """Give a place on today's map, so that a record from before a reform matches a later one."""
    commune = commune_in(home.value)
    return at(commune, present) or commune


def _item(pair: Any, home: Any) -> dict[str, Any]:
    alike = ["name", "commune"]
    if pair.same_year:
        alike.insert(1, "birth_year")
    return {
        "member_id": str(pair.mine),
        "household_id": str(pair.household_id),
        "other_member_id": str(pair.member_id),
        "alike": alike,
        "commune": views.place(commune_in(home.value)),
        "village": home.village,
    }
