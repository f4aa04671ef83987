"""The maps of communes and the poverty standards, as data anybody signed in may read."""

from datetime import date
from typing import Any

from flask import Response

from shared.areas import (
    REFORM,
    Commune,
    Place,
    SeveralCommunes,
    converted,
    places,
    predecessors,
    province_on,
    provinces,
    successor,
)
from shared.areas.tree import BEGINNING
from shared.clock import today
from shared.http.blueprint import StrictBlueprint
from shared.http.fields import Day
from shared.http.query import Asked, Query, described
from shared.http.responses import response
from shared.policy.standards import Standard, standard_on
from shared.problems import Answer, FieldError, invalid, not_found
from shared.service import Runtime


class MapQuery(Query):
    """On the map of which day."""

    on = described(Day(), "Ngày (mặc định hôm nay) / The day (today)")


class AreaQuery(MapQuery):
    """And on which other map."""

    to = described(Day(), "Đổi sang bản đồ của ngày / Convert to the map of a day")


def reference(runtime: Runtime) -> StrictBlueprint:
    """Give the endpoints about areas and standards."""
    made = StrictBlueprint("reference", __name__, description="Danh mục / Reference")

    @made.get("/v1/areas", MapQuery)
    def areas(query: Asked) -> Response:
        """Give every area of the map of a day."""
        on = query.get("on", today(runtime.clock))
        return response(Answer(200, {"items": [_area(place) for place in _every(on)]}))

    @made.get("/v1/areas/<code>", AreaQuery, semantic=["not-convertible /to"])
    def area(query: Asked, code: str) -> Response:
        """Give one area of the map of a day, with what it was formed from or became.

        With `to`, also the commune of the map of that day; 422 where its code does not tell which.
        """
        on = query.get("on", today(runtime.clock))
        found = next((place for place in _every(on) if place.code == code), None)
        if found is None:
            raise not_found()
        shown = _area(found) | _lineage(found, on)
        if "to" in query:
            shown["converted"] = _converted(found, query["to"])
        return response(Answer(200, shown))

    @made.get("/v1/standards", MapQuery)
    def standards(query: Asked) -> Response:
        """Give the poverty standard in force on a day."""
        found = standard_on(query.get("on", today(runtime.clock)))
        return response(Answer(200, {"items": [] if found is None else [_standard(found)]}))

    return made


def _area(place: Place) -> dict[str, Any]:
    return {
        "code": place.code,
        "level": place.level,
        "name": place.name,
        "valid_from": place.valid_from.isoformat(),
        "valid_to": _day(place.valid_to),
        "parent": place.parent,
    }


def _every(on: date) -> list[Place]:
    """Give the areas of the register, and the other provinces' top levels."""
    own = places(on)
    codes = {place.code for place in own if place.level == "province"}
    others = [
        Place(
            code=found.code,
            level="province",
            name=found.name,
            valid_from=found.valid_from,
            valid_to=found.valid_to,
            parent=None,
        )
        for found in provinces(on)
        if found.code not in codes
    ]
    return [*own, *others]


def _lineage(place: Place, on: date) -> dict[str, Any]:
    if place.level == "province":
        return _province_lineage(place, on)
    if place.level == "district":
        return {"formed_from": [], "became": None}
    commune = Commune(place.code, place.valid_from)
    later = successor(commune)
    return {
        "formed_from": [_commune(old) for old in sorted(predecessors(commune))],
        "became": _commune(later) if later else None,
    }


def _province_lineage(place: Place, on: date) -> dict[str, Any]:
    found = province_on(place.code, on)
    sources = found.formed_from if found else ()
    later = found.became if found else None
    return {
        "formed_from": [_commune(Commune(code, BEGINNING)) for code in sources],
        "became": _commune(Commune(later, REFORM)) if later else None,
    }


def _converted(place: Place, to: date) -> dict[str, str]:
    """Give the commune of another day's map; 422 where that is not a function, saying why."""
    if place.level != "commune":
        raise invalid(
            [
                FieldError(
                    "/to",
                    "not-convertible",
                    "chỉ đổi được mã xã; cấp huyện đã hết từ 2025-07-01 / only communes are"
                    " converted; the district level ended on 2025-07-01",
                )
            ]
        )
    try:
        return _commune(converted(Commune(place.code, place.valid_from), to))
    except SeveralCommunes as problem:
        raise invalid([FieldError("/to", "not-convertible", str(problem))]) from None


def _commune(commune: Commune) -> dict[str, str]:
    return {"code": commune.code, "valid_from": commune.valid_from.isoformat()}


def _standard(standard: Standard) -> dict[str, Any]:
    limits = standard.limits or {}
    return {
        "code": standard.code,
        "legal_basis": standard.legal_basis,
        "valid_from": standard.valid_from.isoformat(),
        "valid_to": standard.valid_to.isoformat(),
        "income_line": standard.income_line,
        "limits": {
            area_type: {"b1_max": found.b1_max, "b2_poor": found.b2_poor}
            for area_type, found in limits.items()
        },
        "indicators": list(standard.indicators),
        "verified": standard.verified,
    }


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
