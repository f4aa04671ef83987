"""How far the rules could judge a year, and what they could not, and why."""

import json
from collections import Counter
from collections.abc import Iterable
from datetime import date
from typing import Any

from flask import Response
from sqlalchemy import Connection

from services.reporting.api.answers import about, answer, engine_of, wait_for_token
from services.reporting.api.areas import YearQuery, one_moment, year_of
from services.reporting.api.parameters import AreaQuery, times
from services.reporting.detection.query import Times
from services.reporting.domain.annual import Covered
from services.reporting.figures.coverage import summed, summed_annual, why_not
from services.reporting.figures.record import HOUSEHOLD_CODES, KEPT
from services.reporting.projections.annual_views import covered_in
from services.reporting.queries.inhabitants import inhabitants
from services.reporting.rules import ANNUAL_RULES
from shared.areas import Scope, at, place_of
from shared.auth.caller import Caller
from shared.auth.roles import Role
from shared.http.blueprint import StrictBlueprint
from shared.http.query import Asked, Codes, described
from shared.http.shapes import COUNT, OBJECT, has, some
from shared.http.who import allowed
from shared.service import Runtime

ANNUAL_CODES = tuple(rule.code for rule in ANNUAL_RULES)
CODES = (*HOUSEHOLD_CODES, *ANNUAL_CODES)


_COVERAGE = has(year=COUNT, items=some(OBJECT), counted_as_of=OBJECT)


class CoverageQuery(YearQuery, AreaQuery):
    """Of which rules, where, in which year."""

    code = described(Codes(CODES), "Mã quy tắc / Code of the rule")


def blueprint(runtime: Runtime) -> StrictBlueprint:
    """Give the endpoint."""
    made = StrictBlueprint("coverage", __name__, description="Độ phủ / Coverage")

    @made.get("/v1/coverage", CoverageQuery, _COVERAGE)
    def coverage(query: Asked) -> Response:
        """Count what was judged in a year and what was not, with the reason, rule by rule."""
        who, when, engine = allowed(Role.INSPECTOR), times(query, runtime.clock), engine_of(runtime)
        codes, within, year = set(query["code"] or CODES), query.get("area"), year_of(query, when)
        waited = wait_for_token(engine)
        with one_moment(engine) as connection:
            document = _document(connection, who, when, codes, within, year)
            return answer(document | about(connection, runtime, when), waited=waited)

    return made


def _document(
    connection: Connection,
    who: Caller,
    when: Times,
    codes: set[str],
    within: Scope | None,
    year: int,
) -> dict[str, Any]:
    last = min(when.valid_at, date(year, 12, 31))
    scopes = [scope for scope in (who.scope, within) if scope is not None]
    items: list[dict[str, Any]] = []
    own = [code for code in HOUSEHOLD_CODES if code in codes]
    if own:
        looked = Counter(
            each
            for line in inhabitants(connection, when, scopes, last)
            for each in KEPT.decode(line.body).looked_at(year, last)
        )
        items += [summed(looked, code, year) for code in own]
    counted = covered_in(connection, year)
    as_of, covered = counted if counted is not None else ("{}", [])
    mine = [
        each
        for each in covered
        if each.code in codes and all(scope.covers(each.commune, last) for scope in scopes)
    ]
    for code in ANNUAL_CODES:
        if code in codes:
            items.append(summed_annual(mine, code, year) | {"parts": _parts(mine, code, last)})
    return {"year": year, "items": items, "counted_as_of": json.loads(as_of), "next_cursor": None}


def _parts(covered: Iterable[Covered], code: str, day: date) -> list[dict[str, Any]]:
    return [_part(each, day) for each in covered if each.code == code]


def _part(covered: Covered, day: date) -> dict[str, Any]:
    commune = at(covered.commune, day) or covered.commune
    place = place_of(commune)
    return {
        "area": commune.code,
        "area_name": place.name if place else None,
        "reviewer": covered.reviewer,
        "counted": covered.counted,
        "judged": covered.judged,
        "why": None if covered.judged else why_not(covered),
    }
