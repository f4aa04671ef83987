"""Telling what became of findings, each change once: opened, closed, retracted, decided.

A pass compares the views with what was told; after days without one it goes through them all.
"""

from datetime import date

from sqlalchemy import Connection, Engine, text

from services.reporting.domain.sources import REGISTRIES
from services.reporting.projections.step import SWITCH_LOCK
from services.reporting.projections.tables import LIVE
from services.reporting.projections.view_rulebook import is_turned
from shared.calendar import DAY
from shared.event import event_type

ANNOUNCE_LOCK = 0x6E65777
MOST_DAYS = 400
"""After longer than this without a pass only the present is told."""

_SHOWN = "finding_id, code, kind, household_ids, sponsor_id, confirmed, body"
_STATE = (
    "CASE status WHEN 'cleared' THEN 'closed' WHEN 'retracted' THEN 'retracted' ELSE 'opened' END"
)
_NOW = f"""
    SELECT {_SHOWN}, {_STATE} AS state, opened_on, from_on FROM {LIVE}.findings
    WHERE from_on <= :day AND (until_on IS NULL OR :day < until_on)
        AND position('~' in code) = 0 -- a shadow's findings are nobody's work
"""
_TELL = f"""
    WITH now AS ({_NOW}), news AS (
        SELECT n.*, a.state AS before FROM now n LEFT JOIN announced a USING (finding_id)
        WHERE a.state IS DISTINCT FROM n.state
    ), told AS (
        -- what opened and closed before anybody could be told is told as both
        SELECT n.*, 'opened' AS what, opened_on AS became_on FROM news n
        WHERE state = 'opened' OR (state = 'closed' AND before IS DISTINCT FROM 'opened')
        UNION ALL
        SELECT n.*, state, from_on FROM news n
        WHERE state = 'closed' OR (state = 'retracted' AND before IS NOT NULL)
    ), saved AS (
        INSERT INTO changes (what, became_on, {_SHOWN})
        SELECT what, became_on, {_SHOWN} FROM told
        ORDER BY became_on, finding_id, what DESC
    )
    INSERT INTO announced (state, {_SHOWN}) SELECT state, {_SHOWN} FROM news
    ON CONFLICT (finding_id) DO UPDATE SET state = excluded.state, confirmed = excluded.confirmed,
        household_ids = excluded.household_ids, body = excluded.body
"""
_TELL_GONE = f"""
    WITH gone AS (
        UPDATE announced a SET state = 'retracted' WHERE state <> 'retracted' AND NOT EXISTS (
            SELECT FROM {LIVE}.findings f WHERE f.finding_id = a.finding_id AND f.from_on <= :day
        ) RETURNING {_SHOWN}
    )
    INSERT INTO changes (what, became_on, {_SHOWN})
    SELECT 'retracted', :day, {_SHOWN} FROM gone ORDER BY finding_id
"""
_UNTOLD = text(
    "SELECT position, meta, data, hash FROM journal j WHERE source = 'reporting'"
    " AND type NOT IN ('ClocksPaused', 'PauseEnded')"
    " AND NOT EXISTS (SELECT FROM changes c WHERE c.event_id = j.event_id) ORDER BY position"
)
_TELL_DECIDED = text(
    f"INSERT INTO changes (what, became_on, event_id, decision, {_SHOWN})"
    f" SELECT 'decided', :on, :event_id, :decision, {_SHOWN} FROM {LIVE}.findings"
    " WHERE finding_id = :finding_id AND from_on <= :day AND (until_on IS NULL OR :day < until_on)"
)


def announce(engine: Engine, today: date) -> bool:
    """Tell what is new; give whether there was anything to look at."""
    with engine.begin() as connection:
        locked = connection.execute(
            text("SELECT pg_try_advisory_xact_lock(:key)"), {"key": ANNOUNCE_LOCK}
        )
        if not locked.scalar_one():
            return False
        connection.execute(text("SELECT pg_advisory_xact_lock_shared(:key)"), {"key": SWITCH_LOCK})
        if is_turned(connection, today):
            return False  # a rulebook's first day is told of by its own views
        row = connection.execute(text("SELECT last_day, digest FROM announcing")).one_or_none()
        digest = connection.execute(
            text(f"SELECT coalesce(sum(value), 0) FROM {LIVE}.digests")
        ).scalar_one()
        if row is not None and tuple(row) == (today, digest):
            return False
        for day in _days(row[0] if row else None, today):
            connection.execute(text(_TELL), {"day": day})
            connection.execute(text(_TELL_GONE), {"day": day})
        _tell_decided(connection, today)
        connection.execute(text("DELETE FROM announcing"))
        connection.execute(
            text("INSERT INTO announcing (last_day, digest) VALUES (:day, :digest)"),
            {"day": today, "digest": digest},
        )
        return True


def _days(last: date | None, today: date) -> list[date]:
    """Give the days to go through; today also where it was gone through before."""
    if last is None or last >= today or (today - last).days > MOST_DAYS:
        return [today]
    return [last + DAY * number for number in range(1, (today - last).days + 1)]


def _tell_decided(connection: Connection, today: date) -> None:
    registry = REGISTRIES["reporting"]
    for row in connection.execute(_UNTOLD).all():
        recorded = registry.read(row[1], row[2], bytes(row[3]), row[0])
        connection.execute(
            _TELL_DECIDED,
            {
                "on": recorded.meta.occurred_on,
                "event_id": recorded.meta.event_id,
                "decision": event_type(recorded.event).name,
                "finding_id": recorded.event.finding_id,
                "day": today,
            },
        )
