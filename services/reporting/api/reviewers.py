"""A reviewer: the results of a year's reviews, beside those of the commune's others."""

import json
from datetime import date
from typing import Any

from flask import Response
from sqlalchemy import Connection

from services.reporting.api.answers import about, answer, engine_of, item, wait_for_token
from services.reporting.api.areas import YearQuery, dossiers_in, dossiers_of, year_of
from services.reporting.api.parameters import language, times
from services.reporting.detection.finding_versions import OPEN
from services.reporting.detection.query import Times, Wanted, sight_of
from services.reporting.domain.annual import Covered
from services.reporting.figures.coverage import why_not
from services.reporting.figures.reviewer_stats import beside, made_by, reviews_of
from services.reporting.projections.annual_views import covered_in
from services.reporting.projections.reading import Found
from services.reporting.queries.finding_queries import look
from services.reporting.queries.journal_index import ever_reviewed
from services.reporting.rules import lenient_reviewer
from shared.areas import Area, Commune, Scope, at, place_of
from shared.auth.caller import Caller
from shared.auth.roles import Role
from shared.http.blueprint import StrictBlueprint
from shared.http.query import Asked
from shared.http.who import allowed
from shared.problems import not_found
from shared.service import Runtime

MOST_FINDINGS = 1_000


def blueprint(runtime: Runtime) -> StrictBlueprint:
    """Give the endpoint."""
    made = StrictBlueprint("reviewers", __name__, description="Rà soát viên / Reviewers")

    @made.get("/v1/reviewers/<string:reviewer_id>", YearQuery)
    def reviewer(query: Asked, reviewer_id: str) -> Response:
        """Count a reviewer's annual reviews by result beside the others', and say if judged."""
        who, when, engine = allowed(Role.INSPECTOR), times(query, runtime.clock), engine_of(runtime)
        year = year_of(query, when)
        if not reviewer_id.isprintable():
            raise not_found()
        waited = wait_for_token(engine)
        with engine.begin() as connection:
            told = _reviewer(connection, reviewer_id, who, when, year)
            return answer(told | about(connection, runtime, when), waited=waited)

    return made


def _reviewer(
    connection: Connection, reviewer: str, who: Caller, when: Times, year: int
) -> dict[str, Any]:
    day = when.valid_at
    last = min(day, date(year, 12, 31))
    keys = ever_reviewed(connection, reviewer)
    own = dossiers_of(connection, keys, when, day)
    everywhere = made_by((each for one in own for each in reviews_of(one, year)), reviewer)
    communes = {commune for commune in everywhere if who.scope.covers(commune, last)}
    if not communes:
        raise not_found()
    there = Scope.of([Area(each.code, "commune", each.valid_from) for each in sorted(communes)])
    every = (
        each for one in dossiers_in(connection, there, when, day) for each in reviews_of(one, year)
    )
    as_of, covered = covered_in(connection, year) or ("{}", [])
    looked = {
        each.commune: each
        for each in covered
        if each.code == lenient_reviewer.CODE and each.reviewer == reviewer
    }
    spoken = language()
    return {
        "reviewer_id": reviewer,
        "year": year,
        "communes": [
            {**_named(commune, last), **counts, **_judged(looked.get(commune))}
            for commune, counts in beside(every, reviewer, communes).items()
        ],
        "counted_as_of": json.loads(as_of),
        "open_findings": [
            item(each, when, spoken) for each in _findings(connection, reviewer, who, when, year)
        ],
    }


def _named(commune: Commune, day: date) -> dict[str, Any]:
    now = at(commune, day) or commune
    place = place_of(now)
    return {"area": now.code, "area_name": place.name if place else None}


def _judged(covered: Covered | None) -> dict[str, Any]:
    """Say whether the last pass over the year judged it; null: it has not looked yet."""
    if covered is None:
        return {"judged": None, "why": None}
    return {"judged": covered.judged, "why": None if covered.judged else why_not(covered)}


def _findings(
    connection: Connection, reviewer: str, who: Caller, when: Times, year: int
) -> list[Found]:
    asked = Wanted(statuses=frozenset(OPEN), codes=frozenset({lenient_reviewer.CODE}))
    sight = sight_of(who)
    found = look(connection, when, asked, sight, who.scope, worst=True, limit=MOST_FINDINGS)
    return [
        each
        for each in found
        if each.shown.year == year and each.shown.subject.ids[:1] == (reviewer,)
    ]
