"""Figures of an area: the overview of a day, the movement of a year, targets and results."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from functools import partial
from heapq import nsmallest
from typing import Any, NamedTuple
from uuid import UUID

from flask import Response
from sqlalchemy import Connection, Engine

from services.reporting.api.answers import about, answer, engine_of, wait_for_token
from services.reporting.api.parameters import TimesQuery, times
from services.reporting.detection.finding_versions import OPEN
from services.reporting.detection.query import DOSSIER_READERS, Times, Wanted, sight_of
from services.reporting.domain.dossier import Dossier, effective, folded
from services.reporting.domain.maps import Which, by_commune, on_map
from services.reporting.domain.sources import REGISTRIES
from services.reporting.figures.area import (
    Overview,
    Pair,
    joined,
    movement,
    results,
    target_document,
)
from services.reporting.figures.record import KEPT, STATUSES, Target
from services.reporting.queries.affected_keys import ever_in
from services.reporting.queries.finding_queries import count_by_code
from services.reporting.queries.inhabitants import inhabitants, moved
from services.reporting.queries.past import known
from shared.areas import Area, Commune, Scope, UnknownArea
from shared.auth.caller import Caller
from shared.http.blueprint import StrictBlueprint
from shared.http.pages import Page, page_of
from shared.http.query import Asked, Number, PageQuery, described
from shared.http.who import allowed
from shared.problems import not_found
from shared.projector.journal import read_journals
from shared.service import Runtime

AT_ONCE = 500
_FIRST_YEAR, _LAST_YEAR = 1990, 2200


class YearQuery(TimesQuery):
    """Of which year."""

    year = described(
        Number(_FIRST_YEAR, _LAST_YEAR), "Năm (mặc định của valid_at) / The year (that of valid_at)"
    )


class YearListQuery(YearQuery, PageQuery):
    """A list of a year."""


class Figures(NamedTuple):
    """Who asks for the figures of which area, when, of which year."""

    who: Caller
    scope: Scope
    when: Times
    year: int
    which: Which


class Aimed(NamedTuple):
    """A household that was to leave poverty, and where it counts; in the order of lists."""

    set_on: date
    household_id: UUID
    target: Target
    commune: Commune | None


def blueprint(runtime: Runtime) -> StrictBlueprint:
    """Give the endpoints of an area's figures."""
    made = StrictBlueprint("areas", __name__, description="Địa bàn / Areas")

    def respond(
        code: str, query: Asked, make: Callable[[Connection, Figures], dict[str, Any]]
    ) -> Response:
        who, when = allowed(*DOSSIER_READERS), times(query, runtime.clock)
        engine = engine_of(runtime)
        asked = Figures(who, _area(code, who), when, year_of(query, when), query["map"])
        waited = wait_for_token(engine)
        with one_moment(engine) as connection:
            document = {"area": code, "year": asked.year, **make(connection, asked)}
            return answer(document | about(connection, runtime, when), waited=waited)

    @made.get("/v1/areas/<string:code>/overview", YearQuery)
    def overview(query: Asked, code: str) -> Response:
        """Count households, money by bucket, open findings, sponsors, plans and visits."""
        return respond(code, query, _overview)

    @made.get("/v1/areas/<string:code>/movement", YearQuery)
    def movements(query: Asked, code: str) -> Response:
        """Compare statuses of 1 January with those a year later: start − exits + entries = end."""
        return respond(code, query, _movement)

    @made.get("/v1/areas/<string:code>/targets", YearListQuery)
    def targets(query: Asked, code: str) -> Response:
        """List the households that were to leave poverty in a year, with what came of it."""
        return respond(code, query, partial(_targets, page_of(query, runtime.keyring)))

    return made


@contextmanager
def one_moment(engine: Engine) -> Iterator[Connection]:
    """Begin a transaction all of whose statements see the same moment, so that they agree."""
    with engine.execution_options(isolation_level="REPEATABLE READ").begin() as connection:
        yield connection


def _area(code: str, who: Caller) -> Scope:
    try:
        scope = Scope.of([Area.parse(code)])
    except UnknownArea:
        raise not_found() from None
    if not (who.scope.everything or scope.olds <= who.scope.olds):
        raise not_found()
    return scope


def year_of(query: Asked, when: Times) -> int:
    """Give the year of a query; by default that of `valid_at`."""
    year: int = query.get("year", when.valid_at.year)
    return year


def _overview(connection: Connection, asked: Figures) -> dict[str, Any]:
    who, scope, when, year, which = asked
    day = min(when.valid_at, date(year, 12, 31))
    on: dict[Commune | None, Overview] = {}
    for line in inhabitants(connection, when, [scope], day):
        if (there := on.get(line.commune)) is None:
            there = on[line.commune] = Overview()
        there.add(KEPT.decode(line.body).standing(day))
    still_open = Wanted(statuses=frozenset(OPEN), area=scope)
    then = replace(when, valid_at=day)
    return {
        "on": day,
        **joined(on.values()).document(),
        "open_findings": count_by_code(connection, then, still_open, sight_of(who), who.scope),
        "map": which,
        "by_commune": by_commune(on.items(), which, lambda own: joined(own).document()),
    }


def _movement(connection: Connection, asked: Figures) -> dict[str, Any]:
    _, scope, when, year, which = asked
    first, last = date(year, 1, 1), date(year + 1, 1, 1)
    pairs: Counter[tuple[Commune | None, Pair]] = Counter()
    for turn in moved(connection, when, scope, first, last):
        own = STATUSES.decode(turn.line.body)
        before = own.status_on(first) if turn.on_first else None
        after = own.status_on(last) if turn.on_last else None
        if (before, after) != (None, None):
            pairs[turn.line.commune, (before, after)] += 1
    counted = [(commune, (pair, many)) for (commune, pair), many in pairs.items()]
    return {
        "from": first,
        "to": last,
        "statuses": movement(each for _, each in counted),
        "map": which,
        "by_commune": by_commune(counted, which, lambda own: {"statuses": movement(own)}),
    }


def _targets(page: Page, connection: Connection, asked: Figures) -> dict[str, Any]:
    _, scope, when, year, which = asked
    day = when.valid_at
    found = [
        Aimed(target.set_on, line.key, target, line.commune)
        for line in inhabitants(connection, when, [scope], day, aimed=True)
        if (target := KEPT.decode(line.body).target(year, day)) is not None
    ]
    shown = found if page.after is None else [e for e in found if e[:2] > _place(page.after)]
    places = [(each.commune, each.target) for each in found]
    return {
        **page.answer(nsmallest(page.fetch, shown), _key, lambda each: _item(each, which)),
        "results": results(each.target for each in found),
        "map": which,
        "by_commune": by_commune(places, which, lambda own: {"results": results(own)}),
    }


def _place(key: Sequence[str]) -> tuple[date, UUID]:
    return (date.fromisoformat(key[0]), UUID(key[1]))


def _key(aimed: Aimed) -> tuple[str, str]:
    return (aimed.set_on.isoformat(), str(aimed.household_id))


def _item(aimed: Aimed, which: Which) -> dict[str, Any]:
    document = target_document(aimed.household_id, aimed.target)
    return document | {"commune": on_map(aimed.commune, which)}


def dossiers_in(connection: Connection, scope: Scope, when: Times, last: date) -> Iterator[Dossier]:
    """Fold every household that ever lived in an area, by what was known and true by a day."""
    return dossiers_of(connection, sorted(ever_in(connection, scope)), when, last)


def dossiers_of(
    connection: Connection, keys: Sequence[UUID], when: Times, last: date
) -> Iterator[Dossier]:
    """Fold these households, by what was known and true by a day."""
    for start in range(0, len(keys), AT_ONCE):
        journals = read_journals(connection, keys[start : start + AT_ONCE], REGISTRIES)
        for key, history in journals.items():
            facts = [f for f in effective(known(history, when.known_at)) if f.on <= last]
            if facts:
                yield folded(key, facts)
