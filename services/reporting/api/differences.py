"""Two points in the three times side by side: of a household, or of an area's households."""

import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

from flask import Response
from marshmallow import fields
from sqlalchemy import Connection, text

from services.reporting.api.answers import answer, engine_of
from services.reporting.api.parameters import When
from services.reporting.detection.query import DOSSIER_READERS, Times, sight_of
from services.reporting.domain.dossier import effective, folded
from services.reporting.projections.step import is_of_household
from services.reporting.queries.affected_keys import COMMUNE_OF, PLACING
from services.reporting.queries.comparison.minimal_cause import Difference, differences
from services.reporting.queries.comparison.reading import beside, pause_history
from services.reporting.queries.comparison.side import Reader, Side
from services.reporting.queries.past import known
from shared.areas import Area, Scope, UnknownArea
from shared.auth.caller import Caller
from shared.clock import Clock, today
from shared.http.blueprint import StrictBlueprint
from shared.http.fields import Day
from shared.http.pages import Page, page_of
from shared.http.query import Asked, PageQuery, Query, described
from shared.http.who import allowed
from shared.policy.residence import recorded_on
from shared.problems import not_found
from shared.recorded import Recorded
from shared.service import Runtime


def _point(side: str, vi: str, en: str) -> dict[str, fields.Field[Any]]:
    return {
        f"{side}_valid_at": described(
            Day(), f"{vi}: tình hình ngày / {en}: as it was on a day (today)"
        ),
        f"{side}_known_at": described(
            When(), f"{vi}: đã ghi đến lúc / {en}: recorded by an instant (now)"
        ),
        f"{side}_rules_at": described(
            Day(), f"{vi}: quy tắc của ngày / {en}: rules of a day (`valid_at`)"
        ),
    }


_POINTS = _point("from", "Bên trái", "The one side") | _point("to", "Bên phải", "The other")
PointsQuery = Query.from_dict(_POINTS, name="PointsQuery")
PointsListQuery = PageQuery.from_dict(_POINTS, name="PointsListQuery")
AT_ONCE, AT_MOST_S = 100, 5.0
"""So many households are looked at for one page of an area, and so long."""
_EVER_HERE = text(
    f"SELECT DISTINCT key FROM journal WHERE {PLACING} AND {COMMUNE_OF} = ANY(:codes)"
    " AND key > CAST(:after AS uuid) ORDER BY key LIMIT :limit"
)
EVERYWHERE = Scope(frozenset(), everything=True)
_FIRST = UUID(int=0)


def blueprint(runtime: Runtime) -> StrictBlueprint:
    """Give the endpoints of differences."""
    made = StrictBlueprint("differences", __name__, description="Khác biệt / Differences")

    @made.get("/v1/households/<uuid:household_id>/differences", PointsQuery)
    def of_household(query: Asked, household_id: UUID) -> Response:
        """Tell what two points in time show differently of a household, and through what."""
        who, points = allowed(*DOSSIER_READERS), _points(query, runtime.clock)
        with engine_of(runtime).begin() as connection:
            sides = _sides(connection, household_id, points, who, pause_history(connection))
        if sides is None:
            raise not_found()
        items = [_item(each) for each in differences(*sides)]
        return answer({**_asked(points), "household_id": household_id, "differences": items})

    @made.get("/v1/areas/<string:code>/differences", PointsListQuery)
    def of_area(query: Asked, code: str) -> Response:
        """Tell the same of the households of an area that the two points tell differently."""
        who, points = allowed(*DOSSIER_READERS), _points(query, runtime.clock)
        scope = _area(code, who)
        asked = page_of(query, runtime.keyring)
        # a page ends with the households looked at: those without a difference have no item
        page = replace(asked, limit=min(asked.limit, AT_ONCE))
        engine, until = engine_of(runtime), time.monotonic() + AT_MOST_S
        with engine.begin() as connection:
            keys, paused = _ever_here(connection, scope, page), pause_history(connection)
        found: dict[UUID, dict[str, Any]] = {}
        for key in keys[: page.limit]:
            with engine.begin() as connection:
                sides = _sides(connection, key, points, who, paused, scope)
            found[key] = _of(key, sides)
            if time.monotonic() > until:
                break
        looked_at = replace(page, limit=len(found) or page.limit)
        document = looked_at.answer(
            keys[: len(found) + 1], lambda key: (str(key),), lambda key: found[key]
        )
        items = [each for each in document["items"] if each["differences"]]
        return answer({**document, "items": items, **_asked(points), "area": code})

    return made


def _points(query: Asked, clock: Clock) -> tuple[Times, Times]:
    before, after = (
        Times(
            valid_at=query.get(f"{side}_valid_at", today(clock)),
            known_at=query.get(f"{side}_known_at"),
            rules_at=query.get(f"{side}_rules_at"),
        )
        for side in ("from", "to")
    )
    return before, after


def _asked(points: tuple[Times, Times]) -> dict[str, Any]:
    return {
        side: {
            "valid_at": point.valid_at,
            "known_at": point.known_at,
            "rules_at": point.rules_at or point.valid_at,
        }
        for side, point in zip(("from", "to"), points, strict=True)
    }


def _sides(
    connection: Connection,
    household_id: UUID,
    points: tuple[Times, Times],
    who: Caller,
    paused: list[Recorded],
    area: Scope = EVERYWHERE,
) -> tuple[Side, Side] | None:
    """Give both sides of a household; None where it is in the area on neither of them.

    None too where the reader may see it on neither or not on one.
    """
    histories = beside(connection, household_id, points)
    own = histories.get(household_id, [])
    if not any(is_of_household(each) for each in own):
        return None
    there = [_is_seen(household_id, own, point, who.scope) for point in points]
    if False in there or there == [None, None]:
        return None
    if not any(_is_seen(household_id, own, point, area) for point in points):
        return None
    reader = Reader(sight=sight_of(who), scope=who.scope)
    before, after = (Side(household_id, point, histories, paused, reader) for point in points)
    return before, after


def _is_seen(
    household_id: UUID, history: Sequence[Recorded], point: Times, scope: Scope
) -> bool | None:
    """Tell whether the reader's area holds the household at a point; None: it was not known."""
    facts = [
        each for each in effective(known(history, point.known_at)) if each.on <= point.valid_at
    ]
    if not facts:
        return None
    homes = folded(household_id, facts).residences
    return scope.covers(recorded_on(homes, point.valid_at), point.valid_at)


def _area(code: str, who: Caller) -> Scope:
    try:
        scope = Scope.of([Area.parse(code)])
    except UnknownArea:
        raise not_found() from None
    if not (who.scope.everything or scope.olds <= who.scope.olds):
        raise not_found()
    return scope


def _ever_here(connection: Connection, scope: Scope, page: Page) -> list[UUID]:
    """Give the next households that anything recorded ever placed in the area."""
    communes = scope.matching(date.min) | scope.matching(date.max)
    rows = connection.execute(
        _EVER_HERE,
        {
            "codes": sorted({each.code for each in communes}),
            "after": page.after[0] if page.after else str(_FIRST),
            "limit": page.fetch,
        },
    )
    return list(rows.scalars().all())


def _of(household_id: UUID, sides: tuple[Side, Side] | None) -> dict[str, Any]:
    found = [] if sides is None else differences(*sides)
    return {"household_id": household_id, "differences": [_item(each) for each in found]}


def _item(difference: Difference) -> dict[str, Any]:
    return {
        "what": difference.what,
        "from": difference.before,
        "to": difference.after,
        "times": list(difference.times),
        "events": [
            {
                "event_id": each.meta.event_id,
                "source": each.meta.source,
                "position": each.position,
                "type": each.meta.type,
                "occurred_on": each.meta.occurred_on,
                "recorded_at": each.meta.recorded_at,
            }
            for each in difference.events
        ],
    }
