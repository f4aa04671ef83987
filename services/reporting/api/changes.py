"""The feed of what became of findings, for those who want to be told."""

from typing import Any

from flask import Response
from sqlalchemy import Connection, text

from services.reporting.api.answers import FINDING, about, answer, engine_of, item, wait_for_token
from services.reporting.api.decisions import WORDS
from services.reporting.api.parameters import AreaQuery, ListQuery, language, times
from services.reporting.detection.query import FINDING_READERS, Times, sight_of
from services.reporting.projections.reading import APPEARANCE, HOME_OF_ONE, Found, see
from services.reporting.projections.within import Query, stay_within
from shared.areas import Commune, Scope
from shared.auth.caller import Caller
from shared.http.blueprint import StrictBlueprint
from shared.http.pages import page_of
from shared.http.query import Asked, Number, described
from shared.http.shapes import DAY, ID, INSTANT, TEXT, WORD, has, maybe
from shared.http.who import allowed
from shared.service import Runtime

_LARGEST = 2**53 - 1
_CHANGE = has(
    cursor=TEXT,
    change=WORD,
    decision=maybe(TEXT),
    event_id=maybe(ID),
    became_on=DAY,
    told_at=INSTANT,
    finding=FINDING,
)


class ChangesQuery(ListQuery, AreaQuery):
    """After which change, and where."""

    after = described(
        Number(0, _LARGEST, load_default=0),
        "Sau `after` của lần đọc trước / After `after` of the last answer",
    )


def blueprint(runtime: Runtime) -> StrictBlueprint:
    """Give the feed."""
    made = StrictBlueprint("changes", __name__, description="Diễn biến / Changes")

    @made.get("/v1/findings/changes", ChangesQuery, _CHANGE)
    def changes(query: Asked) -> Response:
        """List what opened, closed, lost its ground or was decided on, in the order it did."""
        who, when, engine = (
            allowed(*FINDING_READERS),
            times(query, runtime.clock),
            engine_of(runtime),
        )
        # `after` says where to go on, as a cursor does: it is no filter
        page, spoken = page_of(query, runtime.keyring, "after"), language()
        after = query["after"] if page.after is None else int(page.after[0])
        waited = wait_for_token(engine)
        with engine.begin() as connection:
            rows = _read(connection, who, when, query.get("area"), after, page.fetch)
            document = page.answer(
                rows, lambda row: (str(row["number"]),), lambda row: _change(row, when, spoken)
            )
            shown = rows[: page.limit]
            document["after"] = str(shown[-1]["number"] if shown else after)
            return answer(document | about(connection, runtime, when), waited=waited)

    return made


def _read(
    connection: Connection, who: Caller, when: Times, area: Scope | None, after: int, limit: int
) -> list[dict[str, Any]]:
    query = Query(["f.number > :after"], {"after": after, "limit": limit, "day": when.valid_at})
    if when.today is not None and when.valid_at < when.today:
        # whose household moved away since is not told what became of it elsewhere
        query.add(
            "f.became_on <= :day AND CAST(convert_from(f.body, 'UTF8')::jsonb ->> 'from_on'"
            " AS date) <= :day"
        )
    if when.known_at is not None:
        query.add("f.told_at <= :known_at", known_at=when.known_at)
    see(query, sight_of(who))
    stay_within(query, who.scope, area, when.valid_at)
    rows = connection.execute(
        text(
            "SELECT f.number, f.what, f.became_on, f.told_at, f.decision, f.event_id, f.body,"
            f" r.code, r.valid_from FROM changes f {HOME_OF_ONE}"
            f" WHERE {' AND '.join(query.conditions)} ORDER BY f.number LIMIT :limit"
        ),
        query.bound,
    )
    return [dict(row) for row in rows.mappings()]


def _change(row: dict[str, Any], when: Times, spoken: str) -> dict[str, Any]:
    shown = APPEARANCE.decode(bytes(row["body"]))
    commune = Commune(row["code"], row["valid_from"]) if row["code"] else None
    return {
        "cursor": str(row["number"]),
        "change": row["what"],
        "decision": WORDS.get(row["decision"]),
        "event_id": row["event_id"],
        "became_on": row["became_on"],
        "told_at": row["told_at"],
        "finding": item(Found(shown, commune), when, spoken),
    }
