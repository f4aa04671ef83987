"""Answers of reads: as of which position, final or not, and waiting for one's own write."""

import time
from datetime import timedelta
from typing import Any
from uuid import UUID

from flask import Response
from sqlalchemy import Connection, Engine, text

from services.reporting.api.parameters import not_yet_visible, seconds_to_wait, token
from services.reporting.detection.finding_versions import STATUSES
from services.reporting.detection.query import Times
from services.reporting.domain.intervals import Kind, Severity
from services.reporting.domain.rulebook import rule_of, rulebook_on
from services.reporting.projections.reading import Found, positions
from services.reporting.queries.past import is_final
from services.reporting.rules import BY_CODE
from shared.areas import at, place_of
from shared.codec import canonical
from shared.database import COMMAND_SECONDS
from shared.http.shapes import COUNT, DAY, ID, TEXT, WORD, has, maybe, one_of, some
from shared.service import Runtime

_SEEN = text("SELECT 1 FROM journal WHERE event_id = :event")
_HELD = text("SELECT EXISTS (SELECT FROM held_keys)")
_LOOK_AGAIN_S = 0.02


FINDING = has(
    finding_id=ID,
    code=WORD,
    kind=one_of(*Kind),
    severity=one_of(*(each.word for each in Severity)),
    status=one_of(*STATUSES),
    opened_on=DAY,
    closed_on=maybe(DAY),
    snoozed_until=maybe(DAY),
    subject=has(type=WORD, ids=some(TEXT)),
    year=maybe(COUNT),
    household_id=maybe(ID),
    household_ids=some(ID),
    loan_id=maybe(ID),
    assignment_id=maybe(ID),
    group_id=maybe(ID),
    area=maybe(TEXT),
    title=TEXT,
    reason=TEXT,
    evidence=some(ID),
    rule=has(code=WORD, version=COUNT, rulebook=COUNT),
)
"""A finding as lists show it."""


def _waiting(connection: Connection) -> bool:
    """Tell whether anything read waits in the quarantine, and so is in no answer yet."""
    return bool(connection.execute(_HELD).scalar_one())


def engine_of(runtime: Runtime) -> Engine:
    """Give the database of the views."""
    if runtime.engine is None:
        raise TypeError("reporting has no views in memory")
    return runtime.engine


def wait_for_token(engine: Engine) -> bool:
    """Wait for the event that the reader wrote; 503 if it does not come in time."""
    event, seconds = token(), seconds_to_wait()
    if event is None:
        return False
    deadline = time.monotonic() + seconds
    while not _seen(engine, event):
        if time.monotonic() >= deadline:
            raise not_yet_visible()
        time.sleep(_LOOK_AGAIN_S)
    return seconds > 0


def _seen(engine: Engine, event: UUID) -> bool:
    with engine.begin() as connection:
        return connection.execute(_SEEN, {"event": event}).one_or_none() is not None


def about(connection: Connection, runtime: Runtime, times: Times) -> dict[str, Any]:
    """Say what an answer rests on."""
    sources = {topic: source for source, topic in runtime.settings.topics.items()}
    read = {sources[topic]: last for topic, last in positions(connection).items()}
    found: dict[str, Any] = {
        "as_of_position": {source: read.get(source, 0) for source in sources.values()},
        "valid_at": times.valid_at,
        "final": False,
    }
    known_at = times.known_at
    if known_at is not None:
        found["known_at"] = known_at
        old = runtime.clock() - known_at > timedelta(seconds=COMMAND_SECONDS)
        found["final"] = (
            old and not _waiting(connection) and is_final(connection, known_at, COMMAND_SECONDS)
        )
    return found


def answer(document: dict[str, Any], *, waited: bool = False) -> Response:
    """Give a document as JSON."""
    made = Response(canonical(document), content_type="application/json")
    if waited:
        made.headers["Preference-Applied"] = "wait"
    return made


def item(found: Found, times: Times, language: str) -> dict[str, Any]:
    """Give a finding as lists show it."""
    shown = found.shown
    rule, book = BY_CODE[rule_of(shown.code)], rulebook_on(times.rules_at or times.valid_at)
    homes = list(shown.household_ids)
    known = found.commune or shown.commune
    commune = at(known, times.valid_at) if known else None
    place = place_of(commune) if commune else None
    return {
        "finding_id": shown.finding_id,
        "code": shown.code,
        "kind": shown.kind,
        "severity": shown.severity.word,
        "status": shown.status,
        "opened_on": shown.opened_on,
        "closed_on": shown.closed_on,
        "snoozed_until": shown.snoozed_until,
        "assignee": shown.assignee,
        "explain_by": shown.explain_by,
        "subject": shown.subject,
        "year": shown.year,
        "household_id": homes[0] if len(homes) == 1 else None,
        "household_ids": homes,
        "loan_id": shown.loan_id,
        "assignment_id": shown.assignment_id,
        "group_id": shown.group_id,
        "area": commune.code if commune else None,
        "area_name": place.name if place else None,
        "title": rule.title_en if language == "en" else rule.title_vi,
        "reason": rule.reason(shown.details, language),
        "evidence": list(shown.evidence),
        "rule": {
            "code": rule.code,
            "version": rule.version,
            "rulebook": book.version,
            **({"shadow": True} if shown.is_shadow else {}),
        },
    }
