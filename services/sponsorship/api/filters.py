"""What the lists are filtered by; the reader's area or sponsor is one of the filters."""

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Column, ColumnElement, Select, and_, exists, false, or_, select, tuple_

from services.sponsorship.read_model.tables import ASSIGNMENTS, KNOWN_PLACES, MODELS, SPONSORS
from services.sponsorship.schemas import KINDS_OF_SPONSOR
from shared.areas import Area, Commune, Scope, commune_on
from shared.areas.text import place_value
from shared.auth.caller import Caller
from shared.auth.roles import Role
from shared.http.fields import Choice, CommuneCode, Uuid
from shared.http.query import Asked, PageQuery, described
from shared.problems import FieldError, invalid

OFFICES = (Role.COMMUNE_OFFICER, Role.DISTRICT_OFFICER, Role.AUDITOR)
"""Who sees the assignments of an area, whoever the sponsor is."""


class SponsorsQuery(PageQuery):
    """By what sponsors are chosen."""

    kind = described(Choice(KINDS_OF_SPONSOR), "Loại đơn vị / Kind of sponsor")


class AssignmentsQuery(PageQuery):
    """By what assignments are chosen."""

    sponsor_id = described(Uuid(), "Đơn vị giúp đỡ / The sponsor")
    household_id = described(Uuid(), "Hộ được giúp / The household")
    visit_overdue = described(
        Choice(("true", "false")), "Quá hạn thăm hộ / Whether a visit is overdue"
    )


class ModelsQuery(PageQuery):
    """By what models are chosen."""

    commune = described(CommuneCode(), "Mã xã / Commune code")


def sponsors(query: Asked) -> Select[Any]:
    """Give the sponsors of a kind."""
    look = select(SPONSORS)
    if "kind" in query:
        look = look.where(SPONSORS.c.kind == query["kind"])
    return look


def assignments(query: Asked, caller: Caller, present: date) -> Select[Any]:
    """Give the assignments of a sponsor or household, or those whose visit is overdue or not."""
    look = select(ASSIGNMENTS)
    for name in ("sponsor_id", "household_id"):
        if name in query:
            look = look.where(ASSIGNMENTS.c[name] == query[name])
    if "visit_overdue" in query:
        late = _overdue(present)
        look = look.where(late if query["visit_overdue"] == "true" else ~late)
    if caller.only_helps(*OFFICES):
        gone = exists().where(
            SPONSORS.c.sponsor_id == ASSIGNMENTS.c.sponsor_id, SPONSORS.c.dissolved_on.is_not(None)
        )
        look = look.where(ASSIGNMENTS.c.sponsor_id == caller.sponsor_id, ~gone)
    return look.where(within(caller.scope, present))


def models(query: Asked, caller: Caller, present: date) -> Select[Any]:
    """Give the models of a commune."""
    look = select(MODELS)
    if "commune" in query:
        code = query["commune"]
        if commune_on(code, present) is None:
            said = "không có xã này / no such commune"
            raise invalid([FieldError("/commune", "unknown-area", said)])
        inside = Scope.of([Area(code, "commune", present)]).matching(present)
        look = look.where(MODELS.c.place.in_(_values(inside)))
    if caller.scope.everything:
        return look
    return look.where(MODELS.c.place.in_(_values(caller.scope.matching(present))))


def after(
    look: Select[Any], day: Column[Any], key: Column[Any], place: tuple[str, ...] | None
) -> Select[Any]:
    """Order by (date, id), newest last, and begin after a row."""
    if place is not None:
        beyond = tuple_(date.fromisoformat(place[0]), UUID(place[1]))
        look = look.where(tuple_(day, key) > beyond)
    return look.order_by(day, key)


def _overdue(present: date) -> ColumnElement[bool]:
    active = and_(
        ASSIGNMENTS.c.starts_on <= present,
        or_(ASSIGNMENTS.c.ends_on.is_(None), ASSIGNMENTS.c.ends_on > present),
        or_(ASSIGNMENTS.c.ended_on.is_(None), ASSIGNMENTS.c.ended_on > present),
    )
    return and_(active, ASSIGNMENTS.c.visit_due_on < present)


def within(scope: Scope, present: date) -> ColumnElement[bool]:
    """Keep what lies in the areas: by the household's place where known, else as was said."""
    if scope.everything:
        return ~false()
    values = _values(scope.matching(present))
    of_household = KNOWN_PLACES.c.household_id == ASSIGNMENTS.c.household_id
    today = and_(KNOWN_PLACES.c.since <= present, KNOWN_PLACES.c.until > present)
    return or_(
        exists().where(of_household, today, KNOWN_PLACES.c.place.in_(values)),
        and_(~exists().where(of_household), ASSIGNMENTS.c.place.in_(values)),
    )


def _values(communes: Iterable[Commune]) -> list[str]:
    return sorted(place_value(commune) for commune in communes)
