"""What lists of households are filtered by; the reader's area is one of the filters."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, exists, or_, select, tuple_

from services.households.read_model import HOUSEHOLDS, PERIODS
from services.households.schemas import GROUPS, STATUSES
from shared.areas import Area, Commune, Scope, UnknownArea, commune_on
from shared.areas.text import place_value
from shared.http.fields import Choice, CommuneCode, Day, Text
from shared.http.query import Asked, Number, PageQuery, described
from shared.problems import FieldError, Problem, invalid

BEYOND_CARDS = frozenset({"group", "target_year"})
"""Filters by what stands on no card: an answer to one would tell it."""


class HouseholdsQuery(PageQuery):
    """By what households are chosen."""

    commune = described(CommuneCode(), "Mã xã / Commune code")
    village = described(Text(), "Thôn / Village")
    status = described(Choice(STATUSES), "Kết quả phân loại / Status")
    group = described(Choice(GROUPS), "Nhóm đối tượng / Group")
    target_year = described(Number(), "Năm mục tiêu thoát nghèo / Year of an exit target")
    on = described(Day(), "Ngày (mặc định hôm nay) / As of a day (today)")


def of(query: Asked, present: date) -> tuple[list[ColumnElement[bool]], date]:
    """Read the filters of a query and the date they are as of; 422 naming what is wrong."""
    on: date = query.get("on", present)
    found: list[ColumnElement[bool]] = []
    if "commune" in query:
        found.append(_held("place", on, _commune(query["commune"], on)))
    if "village" in query:
        found.append(_held("place", on, None, PERIODS.c.village == query["village"]))
    for kind, name in (("status", "status"), ("group", "group"), ("target", "target_year")):
        if name in query:
            found += [_held(kind, on, [str(query[name])]), _lasts(on)]
    return found, on


def _lasts(on: date) -> ColumnElement[bool]:
    """Keep what is not closed by a day: a household that is no more is no longer poor."""
    return or_(HOUSEHOLDS.c.closed_on.is_(None), HOUSEHOLDS.c.closed_on > on)


def within(scope: Scope, present: date) -> list[ColumnElement[bool]]:
    """Give the filter that keeps what lies in a person's areas today."""
    if scope.everything:
        return []
    return [_held("place", present, _values(scope.matching(present)))]


def living_in(code: str, on: date, pointer: str) -> ColumnElement[bool]:
    """Give the filter that keeps who lives in a commune, as its code stands on a day."""
    return _held("place", on, _commune(code, on, pointer))


def place_in_order(row: Any) -> tuple[str, str]:
    """Give where a household stands in a list, for the cursor."""
    return row.registered_on.isoformat(), str(row.household_id)


def beyond(after: tuple[str, ...]) -> ColumnElement[bool]:
    """Give the filter that keeps what comes after a place in the list."""
    day, household_id = after
    key = tuple_(HOUSEHOLDS.c.registered_on, HOUSEHOLDS.c.household_id)
    return key > tuple_(date.fromisoformat(day), UUID(household_id))


def periods(connection: Connection, ids: Sequence[UUID], on: date) -> dict[UUID, list[Any]]:
    """Give what held of households on a day, in one look."""
    look = select(PERIODS).where(
        PERIODS.c.household_id.in_(ids),
        PERIODS.c.since <= on,
        PERIODS.c.until > on,
    )
    found: dict[UUID, list[Any]] = {}
    for row in connection.execute(look.order_by(PERIODS.c.kind, PERIODS.c.value)):
        found.setdefault(row.household_id, []).append(row)
    return found


def _values(communes: Iterable[Commune]) -> list[str]:
    return sorted(place_value(commune) for commune in communes)


def _commune(code: str, on: date, pointer: str = "/commune") -> list[str]:
    if commune_on(code, on) is None:
        raise _nowhere(pointer)
    try:
        return _values(Scope.of([Area(code, "commune", on)]).matching(on))
    except UnknownArea:
        raise _nowhere(pointer) from None


def _held(
    kind: str, on: date, values: list[str] | None, *more: ColumnElement[bool]
) -> ColumnElement[bool]:
    conditions = [
        PERIODS.c.household_id == HOUSEHOLDS.c.household_id,
        PERIODS.c.kind == kind,
        PERIODS.c.since <= on,
        PERIODS.c.until > on,
        *more,
    ]
    if values is not None:
        conditions.append(PERIODS.c.value.in_(values))
    return exists().where(*conditions)


def _nowhere(pointer: str) -> Problem:
    return invalid([FieldError(pointer, "unknown-area", "không có xã này / no such commune")])
