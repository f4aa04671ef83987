"""Finding people: names of heads, search by whole words, likely duplicates, who read of whom."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from flask import Response
from sqlalchemy import ColumnElement, select

from services.households.api import filters, views
from services.households.api.duplicates import duplicates_of
from services.households.api.reading import CARD, engine_of, with_heads
from services.households.read_model import CITIZENS, HOUSEHOLDS, NAME_WORDS
from services.households.read_model.people import word_ref
from shared import access
from shared.auth.caller import Caller
from shared.auth.roles import OFFICERS, Role
from shared.bodies import load
from shared.clock import today
from shared.folding import folded_words
from shared.http.blueprint import StrictBlueprint
from shared.http.body import read_json
from shared.http.commands import body_bytes
from shared.http.fields import BodySchema, CommuneCode, Many, Text, Uuid
from shared.http.limits import Limits
from shared.http.pages import page_of
from shared.http.query import Asked, PageQuery, Query
from shared.http.responses import response
from shared.http.who import allowed
from shared.problems import Answer, FieldError, invalid
from shared.service import Runtime

_NAME = 200
_MOST_WORDS = 12


_ANY_OF_THEM = {
    "anyOf": [
        {"required": [name], "properties": {name: {"type": "string"}}}
        for name in ("name", "citizen_id", "commune_code")
    ]
}


class NamesSchema(BodySchema):
    """The households whose heads' names are asked for."""

    ids = Many(Uuid(), fewest=1, most=500, required=True)


class SearchSchema(BodySchema):
    """What is known of a person or of a household; all of it must fit."""

    name = Text(_NAME)
    citizen_id = Text(30)
    commune_code = CommuneCode()

    together = _ANY_OF_THEM


_NOT_FOUND_BY = ("out-of-range /name", "required /name", "unknown-area /commune_code")
"""A name may have no words, or more than are looked for."""


def people(runtime: Runtime) -> StrictBlueprint:
    """Give the queries by which people are found; each reading is written to the access log."""
    made = StrictBlueprint("people", __name__, description="Người / People")

    @made.post("/v1/households/names", NamesSchema, query=Query)
    def names(_: Asked) -> Response:
        """Give the heads' names and the villages of households, those outside the area left out."""
        caller = allowed(*CARD)
        asked = load(NamesSchema(), read_json(body_bytes(Limits().question_bytes)))
        return _names(runtime, asked["ids"], caller)

    @made.post("/v1/households/search", SearchSchema, query=PageQuery, semantic=_NOT_FOUND_BY)
    def search(query: Asked) -> Response:
        """Find households of the area by whole words of a member's name, with or without marks."""
        caller = allowed(*CARD)
        asked = load(SearchSchema(), read_json(body_bytes(Limits().question_bytes)))
        return _search(runtime, query, asked, caller)

    @made.get("/v1/households/<uuid:household_id>/duplicates")
    def duplicates(_: Asked, household_id: UUID) -> Response:
        """List members of other households of the area who may be the same people."""
        caller = allowed(*OFFICERS, Role.PRIVACY_OFFICER)
        return duplicates_of(runtime, household_id, caller)

    return made


def _names(runtime: Runtime, ids: list[UUID], caller: Caller) -> Response:
    present = today(runtime.clock)
    look = select(HOUSEHOLDS).where(
        HOUSEHOLDS.c.household_id.in_(ids), *filters.within(caller.scope, present)
    )
    with engine_of(runtime).begin() as connection:
        rows = connection.execute(look.order_by(HOUSEHOLDS.c.household_id)).all()
        found = [row.household_id for row in rows]
        shown = filters.periods(connection, found, present)
        places = [views.line(row, shown.get(row.household_id, []), whole=False) for row in rows]
        items = [{name: place[name] for name in ("household_id", "village")} for place in places]
        named = with_heads(runtime, caller, rows, items)
        access.record(connection, caller, runtime.clock(), "names", found)
    return response(Answer(200, {"items": named}))


def _search(runtime: Runtime, query: Asked, asked: Mapping[str, Any], caller: Caller) -> Response:
    present = today(runtime.clock)
    secret = runtime.keyring.digest(b"search/1", repr(sorted(asked.items())).encode())
    page = page_of(query, runtime.keyring, body=secret.hex())
    conditions = [*_wanted(runtime, asked, present), *filters.within(caller.scope, present)]
    if asked.get("commune_code"):
        conditions.append(filters.living_in(asked["commune_code"], present, "/commune_code"))
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
        ids = [row.household_id for row in rows[: page.limit]]
        shown = filters.periods(connection, ids, present)
        whole = views.sees_all(caller)
        document = page.answer(
            rows,
            filters.place_in_order,
            lambda row: views.line(row, shown[row.household_id], whole),
        )
        document["items"] = with_heads(runtime, caller, rows[: page.limit], document["items"])
        access.record(connection, caller, runtime.clock(), "search", ids)
    return response(Answer(200, document))


def _wanted(runtime: Runtime, asked: Mapping[str, Any], present: date) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    words = tuple(dict.fromkeys(folded_words(asked.get("name") or "")))
    if not any(asked.values()) or (asked.get("name") and not words):
        text = "required: cần họ tên, số căn cước hoặc xã / a name, citizen id or commune is needed"
        raise invalid([FieldError("/name", "required", text.partition(": ")[2])])
    if len(words) > _MOST_WORDS:
        text = f"tối đa {_MOST_WORDS} từ / at most {_MOST_WORDS} words"
        raise invalid([FieldError("/name", "out-of-range", text)])
    if words:
        found.append(_named(runtime, words))
    if asked.get("citizen_id"):
        ref = runtime.keyring.pseudonym(asked["citizen_id"])
        whose = select(CITIZENS.c.household_id).where(
            CITIZENS.c.citizen_ref == ref, CITIZENS.c.until > present
        )
        found.append(HOUSEHOLDS.c.household_id.in_(whose))
    return found


def _named(runtime: Runtime, words: tuple[str, ...]) -> ColumnElement[bool]:
    """Keep households of which one member's name has every word."""
    first, *others = (word_ref(runtime.keyring, word) for word in words)
    whose = select(NAME_WORDS.c.household_id).where(NAME_WORDS.c.word == first)
    for number, word in enumerate(others):
        also = NAME_WORDS.alias(f"word_{number}")
        same = also.c.member_id == NAME_WORDS.c.member_id
        there = also.c.household_id == NAME_WORDS.c.household_id
        whose = whose.where(select(also.c.word).where(same, there, also.c.word == word).exists())
    return HOUSEHOLDS.c.household_id.in_(whose)
