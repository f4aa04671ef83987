"""A household's dossier on a day, and everything that happened to it."""

from typing import Any
from uuid import UUID

from flask import Response
from sqlalchemy import Connection

from services.reporting.api.answers import about, answer, engine_of, wait_for_token
from services.reporting.api.held import held
from services.reporting.api.parameters import ListQuery, TimesQuery, times
from services.reporting.api.plain import FACT, may_know, plain
from services.reporting.detection.query import DOSSIER_READERS, Times
from services.reporting.domain.dossier import Dossier, effective, folded
from services.reporting.domain.sources import REGISTRIES
from services.reporting.figures.overview import overview
from services.reporting.projections.step import is_of_household
from services.reporting.queries.past import known
from shared.auth.caller import Caller
from shared.http.blueprint import StrictBlueprint
from shared.http.pages import page_of
from shared.http.query import Asked
from shared.http.who import allowed
from shared.problems import not_found
from shared.projector.journal import read_journal
from shared.service import Runtime


def blueprint(runtime: Runtime) -> StrictBlueprint:
    """Give the endpoints of dossiers."""
    made = StrictBlueprint("dossiers", __name__, description="Hồ sơ / Dossiers")

    @made.get("/v1/households/<uuid:household_id>", TimesQuery)
    def dossier(query: Asked, household_id: UUID) -> Response:
        """Give the dossier of a household as it was on a day."""
        who, when = allowed(*DOSSIER_READERS), times(query, runtime.clock)
        engine = engine_of(runtime)
        waited = wait_for_token(engine)
        with engine.begin() as connection:
            found = _dossier(connection, household_id, when, who)
            document = overview(found, when.valid_at)
            document |= {"held": held(connection, [household_id], found.facts)}
            return answer(document | about(connection, runtime, when), waited=waited)

    @made.get("/v1/households/<uuid:household_id>/timeline", ListQuery, FACT)
    def timeline(query: Asked, household_id: UUID) -> Response:
        """List what happened to a household by a day, oldest first."""
        who, when = allowed(*DOSSIER_READERS), times(query, runtime.clock)
        engine = engine_of(runtime)
        page = page_of(query, runtime.keyring)
        waited = wait_for_token(engine)
        with engine.begin() as connection:
            found = _dossier(connection, household_id, when, who).facts
            facts = [fact for fact in found if may_know(fact.event, who)]
            keys = [_key(fact) for fact in facts]
            start = 0 if page.after is None else sum(key <= page.after for key in keys)
            rows = facts[start : start + page.fetch]
            document = page.answer(rows, _key, lambda fact: plain(fact, who))
            document |= {"held": held(connection, [household_id], found)}
            return answer(document | about(connection, runtime, when), waited=waited)

    return made


def _dossier(connection: Connection, household_id: UUID, when: Times, who: Caller) -> Dossier:
    """Fold what was known and true; 404 outside the reader's area."""
    history = known(read_journal(connection, household_id, REGISTRIES), when.known_at)
    if not any(is_of_household(each) for each in history):
        raise not_found()
    facts = [fact for fact in effective(history) if fact.on <= when.valid_at]
    found = folded(household_id, facts)
    if not facts:
        raise not_found()
    if not who.scope.covers(found.commune_on(when.valid_at), when.valid_at):
        raise not_found()
    return found


def _key(fact: Any) -> tuple[str, ...]:
    day, recorded_at, source, position, version = fact.order
    return (day.isoformat(), recorded_at.isoformat(), source, f"{position:020}", f"{version:020}")
