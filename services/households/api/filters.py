"""What lists of households are filtered by; the reader's area is one of the filters."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, exists, or_, select, tuple_

from services.households.read_model import HOUSEHOLDS, PERIODS
from services.households.schemas import GROUPS, STATUSES
from shared.areas import Area, Commune, Scope, UnknownArea, commune_on
from shared.areas.text import place_value
from shared.http.query import Parameter, a_code, a_commune, a_date, a_text
from shared.problems import FieldError, invalid

PARAMETERS = (
    a_commune("commune", "Mã xã / Commune code"),
    a_text("village", "Thôn / Village"),
    a_code("status", STATUSES, "Kết quả phân loại / Status"),
    a_code("group", GROUPS, "Nhóm đối tượng / Group"),
    Parameter(
        "target_year",
        {"type": "integer", "minimum": 0},
        "Năm mục tiêu thoát nghèo / Year of an exit target",
    ),
    a_date("on", "Ngày (mặc định hôm nay) / As of a day (today)"),
)
BEYOND_CARDS = frozenset({"group", "target_year"})
"""Filters by what stands on no card: an answer to one would tell it."""


def of(args: Mapping[str, str], present: date) -> tuple[list[ColumnElement[bool]], date]:
    """Read the filters of a query and the date they are as of; 422 naming what is wrong."""
    on = day_of(args, "on", present)
    found: list[ColumnElement[bool]] = []
    if "commune" in args:
        found.append(_held("place", on, _commune(args["commune"], on)))
    if "village" in args:
        found.append(_held("place", on, None, PERIODS.c.village == args["village"]))
    for name, codes in (("status", STATUSES), ("group", GROUPS)):
        if name in args:
            _listed(name, args[name], codes)
            found += [_held(name, on, [args[name]]), _lasts(on)]
    if "target_year" in args:
        if not args["target_year"].isascii() or not args["target_year"].isdigit():
            raise _bad("target_year", "wrong-type", "cần một năm / a year is needed")
        found += [_held("target", on, [args["target_year"]]), _lasts(on)]
    return found, on


def _lasts(on: date) -> ColumnElement[bool]:
    """Keep what is not closed by a day: a household that is no more is no longer poor."""
    return or_(HOUSEHOLDS.c.closed_on.is_(None), HOUSEHOLDS.c.closed_on > on)


def day_of(args: Mapping[str, str], name: str, default: date) -> date:
    """Read a date of a query."""
    given = args.get(name)
    if given is None:
        return default
    try:
        return date.fromisoformat(given)
    except ValueError:
        raise _bad(name, "wrong-type", "cần ngày dạng YYYY-MM-DD / a date YYYY-MM-DD") from None


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
        raise _bad(pointer[1:], "unknown-area", "không có xã này / no such commune")
    try:
        return _values(Scope.of([Area(code, "commune", on)]).matching(on))
    except UnknownArea:
        raise _bad(pointer[1:], "unknown-area", "không có xã này / no such commune") from None


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


def _listed(name: str, given: str, codes: Sequence[str]) -> None:
    if given not in codes:
        raise _bad(name, "not-in-list", f"một trong / one of: {', '.join(codes)}")


def _bad(name: str, code: str, message: str) -> Exception:
    return invalid([FieldError(f"/{name}", code, message)])
