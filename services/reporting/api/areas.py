"""Figures of an area: the overview of a day, the movement of a year, targets and results."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

from flask import Response, request
from flask_smorest import Blueprint
from sqlalchemy import Connection

from services.reporting.api.answers import about, answer, engine_of, wait_for_token
from services.reporting.api.parameters import reads, times, which
from services.reporting.appearances import OPEN
from services.reporting.asking import DOSSIER_READERS, Times, Wanted, sight_of
from services.reporting.dossier import Dossier, effective, folded
from services.reporting.figures import Overview, movement, status_on, target_of
from services.reporting.looking import look
from services.reporting.maps import by_commune, on_map
from services.reporting.past import known
from services.reporting.reach import ever_in
from services.reporting.sources import REGISTRIES
from shared.areas import Area, Commune, Scope, UnknownArea
from shared.auth.caller import Caller
from shared.http.problems import FieldError, invalid, not_found
from shared.http.query import a_number
from shared.http.who import allowed
from shared.projector.journal import read_journals
from shared.service import Runtime

AT_ONCE = 500
MOST_FINDINGS = 100_000
_FIRST_YEAR, _LAST_YEAR = 1990, 2200
YEAR = a_number("year", _FIRST_YEAR, _LAST_YEAR, "Năm (mặc định năm nay) / The year (this one)")


def blueprint(runtime: Runtime) -> Blueprint:
    """Give the endpoints of an area's figures."""
    made = Blueprint("areas", __name__, description="Địa bàn / Areas")

    def respond(code: str, make: Any) -> Response:
        who, when, engine = allowed(*DOSSIER_READERS), times(runtime.clock), engine_of(runtime)
        scope, year = _area(code, who), year_of(when)
        waited = wait_for_token(engine)
        with engine.begin() as connection:
            document = {"area": code, "year": year, **make(connection, who, scope, when, year)}
            return answer(document | about(connection, runtime, when), waited=waited)

    @made.route("/v1/areas/<string:code>/overview")  # type: ignore[untyped-decorator] # no types
    @reads(YEAR)
    def overview(code: str) -> Response:
        """Count households, money by bucket, open findings, sponsors, plans and visits."""
        return respond(code, _overview)

    @made.route("/v1/areas/<string:code>/movement")  # type: ignore[untyped-decorator] # no types
    @reads(YEAR)
    def movements(code: str) -> Response:
        """Compare statuses of 1 January with those a year later: start − exits + entries = end."""
        return respond(code, _movement)

    @made.route("/v1/areas/<string:code>/targets")  # type: ignore[untyped-decorator] # no types
    @reads(YEAR)
    def targets(code: str) -> Response:
        """List the households that were to leave poverty in a year, with what came of it."""
        return respond(code, _targets)

    return made


def _area(code: str, who: Caller) -> Scope:
    try:
        scope = Scope.of([Area.parse(code)])
    except UnknownArea:
        raise not_found() from None
    if not (who.scope.everything or scope.olds <= who.scope.olds):
        raise not_found()
    return scope


def year_of(when: Times) -> int:
    """Read the year; by default that of `valid_at`."""
    given = request.args.get("year", str(when.valid_at.year))
    if not given.isascii() or not given.isdigit():
        raise invalid([FieldError("/year", "wrong-type", "năm, bốn chữ số / a year, four digits")])
    if not _FIRST_YEAR <= int(given[:6]) <= _LAST_YEAR:
        limits = f"{_FIRST_YEAR}–{_LAST_YEAR}"
        raise invalid([FieldError("/year", "out-of-range", limits)])
    return int(given)


def _overview(
    connection: Connection, who: Caller, scope: Scope, when: Times, year: int
) -> dict[str, Any]:
    day = min(when.valid_at, date(year, 12, 31))
    figures, on = Overview(day), dict[Commune | None, Overview]()
    for dossier in dossiers_in(connection, scope, when, day):
        commune = dossier.commune_on(day)
        if scope.covers(commune, day):
            figures.add(dossier)
            on.setdefault(on_map(commune, which()), Overview(day)).add(dossier)
    asked = Wanted(statuses=frozenset(OPEN), area=scope)
    sight = sight_of(who)
    then = replace(when, valid_at=day)
    found = look(connection, then, asked, sight, who.scope, worst=False, limit=MOST_FINDINGS)
    codes = Counter(each.shown.code for each in found)
    places = by_commune(on.items(), which(), lambda each: each[0].document())
    return {
        "on": day,
        **figures.document(),
        "open_findings": dict(sorted(codes.items())),
        "map": which(),
        "by_commune": places,
    }


def _movement(
    connection: Connection, _: Caller, scope: Scope, when: Times, year: int
) -> dict[str, Any]:
    first, last = date(year, 1, 1), date(year + 1, 1, 1)
    pairs = [
        (_counted_in(each, scope, first, last), _pair(each, scope, first, last))
        for each in dossiers_in(connection, scope, when, last)
        if _pair(each, scope, first, last) != (None, None)
    ]
    return {
        "from": first,
        "to": last,
        "statuses": movement(pair for _, pair in pairs),
        "map": which(),
        "by_commune": by_commune(pairs, which(), lambda own: {"statuses": movement(own)}),
    }


def _pair(dossier: Dossier, scope: Scope, first: date, last: date) -> tuple[str | None, str | None]:
    return (_status_here(dossier, scope, first), _status_here(dossier, scope, last))


def _counted_in(dossier: Dossier, scope: Scope, first: date, last: date) -> Commune | None:
    """Put a household where it is in the end, else where it was: so it counts in one place."""
    here = dossier.commune_on(last)
    return here if scope.covers(here, last) else dossier.commune_on(first)


def _status_here(dossier: Dossier, scope: Scope, day: date) -> str | None:
    return status_on(dossier, day) if scope.covers(dossier.commune_on(day), day) else None


def _targets(
    connection: Connection, _: Caller, scope: Scope, when: Times, year: int
) -> dict[str, Any]:
    day = when.valid_at
    found = [
        (each.commune_on(day), target)
        for each in dossiers_in(connection, scope, when, day)
        if scope.covers(each.commune_on(day), day)
        and (target := target_of(each, year, day)) is not None
    ]
    items = [target | {"commune": on_map(commune, which())} for commune, target in found]
    return {
        "items": items,
        "next_cursor": None,
        "results": _results(items),
        "map": which(),
        "by_commune": by_commune(found, which(), lambda own: {"results": _results(own)}),
    }


def _results(items: list[dict[str, Any]]) -> dict[str, int]:
    return dict(sorted(Counter(each["result"] for each in items).items()))


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
