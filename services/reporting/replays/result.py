"""What a replay found: digests side by side, and for every difference the events that made it."""

import hashlib
import json
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, text

from services.reporting.replays.rows import VIEWS
from services.reporting.replays.staging_schema import BODY, Scratch

SHOWN = 200
"""So many differences are told in full; the rest are counted."""
HARMLESS = ("duplicated", "reordered", "foreign")
"""What a reader of the log meets and leaves out: it makes no difference to what is folded."""
_INPUTS = ("ClocksPaused", "PauseEnded")
"""Events that households are judged with though they are not theirs."""


def result(connection: Connection, scratch: Scratch, live: str) -> dict[str, Any]:
    """Compare the two sides; the second is the replayed one."""
    connection.exec_driver_sql(f"CREATE INDEX ON {scratch.schema}.rows (view, name)")
    views = [_view(connection, scratch, view) for view in VIEWS]
    events = _events(connection, scratch)
    differences = _differences(connection, scratch, live)
    grave = connection.execute(
        text(f"SELECT 1 FROM {scratch.schema}.faults WHERE kind <> ALL(:harmless) LIMIT 1"),
        {"harmless": list(HARMLESS)},
    ).first()
    signed: dict[str, Any] = json.loads(scratch.noted(connection, "checkpoints") or "{}")
    same = all(each["equal"] for each in (*views, *events.values(), *signed.values()))
    total = connection.exec_driver_sql(
        f"SELECT (SELECT count(*) FROM {scratch.schema}.faults)"
    ).scalar_one()
    return {
        "equal": same and grave is None,
        "digest": _whole(each["digest"] for each in views),
        "live_digest": _whole(each["live_digest"] for each in views),
        "views": views,
        "events": events,
        "checkpoints": signed,
        "differences": differences[:SHOWN],
        "differences_total": max(len(differences), total),
    }


def _whole(digests: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(digests).encode()).hexdigest()


def _view(connection: Connection, scratch: Scratch, view: str) -> dict[str, Any]:
    rows = connection.execute(
        text(
            "SELECT side, count(*), encode(sha256(string_agg(hash, ''::bytea"
            f" ORDER BY name, hash)), 'hex') FROM {scratch.schema}.rows WHERE view = :view"
            " GROUP BY side"
        ),
        {"view": view},
    )
    none = hashlib.sha256().hexdigest()
    found = {row[0]: (row[1], row[2]) for row in rows}
    (live_rows, live), (rows_, own) = (found.get(side, (0, none)) for side in ("live", "replayed"))
    return {
        "view": view,
        "rows": rows_,
        "live_rows": live_rows,
        "digest": own,
        "live_digest": live,
        "equal": live == own,
    }


def _events(connection: Connection, scratch: Scratch) -> dict[str, Any]:
    """Compare what was taken with what it stands beside, byte for byte, source by source."""
    schema = scratch.schema
    agg = (
        "encode(sha256(string_agg(int8send(position) || body, ''::bytea ORDER BY position)), 'hex')"
    )
    sides = []
    for table in (
        f"(SELECT source, position, {BODY} AS body FROM {schema}.taken) t",
        f"{schema}.reference",
    ):
        rows = connection.exec_driver_sql(
            f"SELECT source, count(*), max(position), {agg} FROM {table} GROUP BY source"
        )
        sides.append({row[0]: (row[1], row[2], row[3]) for row in rows})
    taken, witness = sides
    none = (0, 0, hashlib.sha256().hexdigest())
    return {
        source: {
            "events": own[0],
            "last_position": own[1],
            "digest": own[2],
            "other_events": other[0],
            "other_digest": other[2],
            "equal": own == other,
        }
        for source in sorted(taken.keys() | witness.keys())
        for own, other in [(taken.get(source, none), witness.get(source, none))]
    }


def _differences(connection: Connection, scratch: Scratch, live: str) -> list[dict[str, Any]]:
    rows = _differing(connection, scratch)
    found: list[dict[str, Any]] = []
    explained: set[int] = set()
    faults = connection.execute(
        text(
            "SELECT kind, source, position, event_id, key, stream_id, type, place, detail"
            f" FROM {scratch.schema}.faults ORDER BY kind = ANY(:harmless), source, position"
            " LIMIT :shown"
        ),
        {"harmless": list(HARMLESS), "shown": SHOWN},
    ).mappings()
    for fault in faults:
        made = [
            number
            for number, row in enumerate(rows)
            if fault["key"] in row["keys"] or fault["type"] in _INPUTS
        ]
        if fault["kind"] not in HARMLESS:
            explained.update(made)
        else:
            made = []
        found.append({**fault, "made": _made(rows[number] for number in made)})
    for number, row in enumerate(rows):
        if number not in explained:
            found.append(_of_row(connection, live, row))
    return found


def _differing(connection: Connection, scratch: Scratch) -> list[dict[str, Any]]:
    """Give the households and subjects of every view whose rows are not the same."""
    schema = scratch.schema
    rows = connection.execute(
        text(
            f"""
            WITH single AS (
                SELECT view, name, item, keys, hash, count(*) AS n,
                    count(*) FILTER (WHERE side = 'live') AS lives FROM {schema}.rows
                GROUP BY view, name, item, keys, hash
            )
            SELECT view, name, array_agg(DISTINCT item) FILTER (WHERE item IS NOT NULL),
                array_agg(DISTINCT k) FROM single LEFT JOIN LATERAL unnest(keys) AS u (k) ON true
            WHERE lives * 2 <> n GROUP BY view, name ORDER BY view, name LIMIT :most
            """
        ),
        {"most": SHOWN * 10},
    )
    return [
        {
            "view": row[0],
            "name": row[1],
            "items": row[2] or [],
            "keys": {each for each in row[3] if each is not None} | _named(row[1]),
        }
        for row in rows
    ]


def _named(name: str) -> set[UUID]:
    return set() if "|" in name else {UUID(name)}


def _made(rows: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """Say which rows an event made other than they are."""
    views: dict[str, int] = {}
    findings: set[str] = set()
    for row in rows:
        views[row["view"]] = views.get(row["view"], 0) + 1
        if row["view"] == "findings":
            findings.update(row["items"])
    return {"views": views, "findings": sorted(findings)[:SHOWN]}


def _of_row(connection: Connection, live: str, row: dict[str, Any]) -> dict[str, Any]:
    """Say of a row that no event explains which events it is made of: it was changed itself."""
    events: list[Any] = []
    if row["view"] == "findings":
        bodies = connection.execute(
            text(
                "SELECT DISTINCT jsonb_array_elements_text("
                "convert_from(body, 'UTF8')::jsonb -> 'evidence')"
                f" FROM {live}.findings WHERE finding_id = ANY(CAST(:items AS uuid[]))"
            ),
            {"items": row["items"]},
        )
        events = sorted(bodies.scalars().all())
    elif row["view"] == "contributions":
        events = row["items"]
    return {
        "kind": "view",
        "view": row["view"],
        "name": row["name"],
        "households": sorted(row["keys"], key=str),
        "findings": row["items"] if row["view"] == "findings" else [],
        "events": events,
        "detail": (
            "không sự kiện nào giải thích: chính dòng đã bị sửa / no event explains it: the row "
            "itself is not what its events give"
        ),
    }
