"""The rows of the views as hashes, so that two sides can be compared row by row."""

from datetime import date

from sqlalchemy import Connection, text

from services.reporting.replays.staging_schema import Scratch
from shared.areas import Scope

VIEWS = ("dossiers", "residences", "figures", "findings", "contributions", "subjects")
_SHOWN = "WHERE r.from_on <= :day AND (r.until_on IS NULL OR :day < r.until_on)"
_WHOLE = "sha256(convert_to(r::text, 'UTF8'))"
_SELECTS = {
    "dossiers": "r.key::text, NULL, ARRAY[r.key], r.hash",
    "residences": f"r.key::text, NULL, ARRAY[r.key], {_WHOLE}",
    "figures": f"r.key::text, NULL, ARRAY[r.key], {_WHOLE}",
    "findings": f"r.owner, r.finding_id::text, r.household_ids, {_WHOLE}",
    "contributions": f"r.key::text, r.event_id::text, ARRAY[r.key], {_WHOLE}",
    "subjects": "r.kind || '|' || r.subject, NULL, ARRAY(SELECT DISTINCT c.key FROM"
    " {schema}.contributions c WHERE c.kind = r.kind AND c.subject = r.subject), r.hash",
}
"""Of each view: whose rows, which of them, about which households, and the hash."""


def copy_rows(
    connection: Connection, scratch: Scratch, side: str, schema: str, day: date | None
) -> None:
    """Note the rows of every view of a schema; with a day, only what shows on it."""
    for view in VIEWS:
        where = ""
        if view == "subjects":
            where = "WHERE r.hash IS NOT NULL"
        elif day is not None and view in ("residences", "figures", "findings"):
            where = _SHOWN
        connection.execute(
            text(
                f"INSERT INTO {scratch.schema}.rows SELECT :side, :view,"
                f" {_SELECTS[view].format(schema=schema)} FROM {schema}.{view} r {where}"
            ),
            {"side": side, "view": view} | ({"day": day} if ":day" in where else {}),
        )


def keep_inside(
    connection: Connection, scratch: Scratch, live: str, scope: Scope, day: date
) -> None:
    """Leave out what is not wholly about households of an area on a day, on either side."""
    schema = scratch.schema
    communes = sorted(scope.matching(day))
    bound = {
        "day": day,
        "codes": [each.code for each in communes],
        "froms": [each.valid_from for each in communes],
    }
    homes = " UNION ".join(
        f"SELECT r.key FROM {side}.residences r {_SHOWN} AND (r.code, r.valid_from) IN"
        " (SELECT * FROM unnest(CAST(:codes AS text[]), CAST(:froms AS date[])))"
        for side in (schema, live)
    )
    connection.execute(text(f"CREATE TABLE {schema}.inside AS {homes}"), bound)
    outside = f"k NOT IN (SELECT key FROM {schema}.inside)"
    connection.execute(
        text(
            f"DELETE FROM {schema}.rows WHERE cardinality(keys) = 0"
            f" OR EXISTS (SELECT FROM unnest(keys) AS u (k) WHERE {outside})"
        )
    )
    for table in ("faults", "taken", "witness", "stored"):
        connection.execute(
            text(
                f"DELETE FROM {schema}.{table}"
                f" WHERE key IS NULL OR key NOT IN (SELECT key FROM {schema}.inside)"
            )
        )
