"""Production models: which there are, and what became of the households that took part."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from flask import Response
from sqlalchemy import Connection

from services.reporting.api.answers import about, answer, engine_of, wait_for_token
from services.reporting.api.areas import dossiers_in, dossiers_of
from services.reporting.api.parameters import AreaQuery, ListQuery, TimesQuery, times
from services.reporting.detection.query import DOSSIER_READERS, Times
from services.reporting.domain.dossier import Dossier, effective
from services.reporting.domain.facts import Fact
from services.reporting.domain.sources import REGISTRIES
from services.reporting.figures.releases import Release, releases, told
from services.reporting.figures.small_cells import document
from services.reporting.queries.journal_index import ever_enrolled, launched
from services.reporting.queries.past import known
from services.sponsorship.events import ModelClosed, ModelLaunched
from shared.areas import Area, Commune, Scope, at, place_of
from shared.auth.caller import Caller
from shared.calendar import DAY
from shared.http.blueprint import StrictBlueprint
from shared.http.pages import page_of
from shared.http.query import Asked
from shared.http.who import allowed
from shared.problems import not_found
from shared.projector.journal import read_journals
from shared.service import Runtime


class Model(NamedTuple):
    """A model as known and true on a day."""

    launched: Fact[ModelLaunched]
    closed: Fact[ModelClosed] | None

    @property
    def id(self) -> UUID:
        """Give its id."""
        return self.launched.event.model_id

    @property
    def commune(self) -> Commune:
        """Give where it was launched."""
        return self.launched.event.commune

    @property
    def key(self) -> tuple[str, str]:
        """Give its place in lists: by the day of its launch."""
        return (self.launched.on.isoformat(), str(self.launched.event.model_id))


class ModelsQuery(ListQuery, AreaQuery):
    """Where the models are."""


def blueprint(runtime: Runtime) -> StrictBlueprint:
    """Give the endpoints of models."""
    made = StrictBlueprint("models", __name__, description="Mô hình / Models")

    @made.get("/v1/models", ModelsQuery)
    def models(query: Asked) -> Response:
        """List the production models of the reader's area, the oldest first."""
        who, when = allowed(*DOSSIER_READERS), times(query, runtime.clock)
        engine = engine_of(runtime)
        page, within = page_of(query, runtime.keyring), query.get("area")
        waited = wait_for_token(engine)
        with engine.begin() as connection:
            found = [
                each
                for each in _models(connection, launched(connection), when)
                if who.scope.covers(each.commune, when.valid_at)
                and (within is None or within.covers(each.commune, when.valid_at))
                and (page.after is None or each.key > page.after)
            ]
            rows = sorted(found, key=lambda each: each.key)[: page.fetch]
            listed = page.answer(rows, lambda each: each.key, lambda each: _card(each, when))
            return answer(listed | about(connection, runtime, when), waited=waited)

    @made.get("/v1/models/<uuid:model_id>/effectiveness", TimesQuery)
    def effectiveness(query: Asked, model_id: UUID) -> Response:
        """Compare the households that took part with others like them; small cells are hidden."""
        who, when = allowed(*DOSSIER_READERS), times(query, runtime.clock)
        engine = engine_of(runtime)
        waited = wait_for_token(engine)
        with engine.begin() as connection:
            found = next(_models(connection, [model_id], when), None)
            if found is None or not who.scope.covers(found.commune, when.valid_at):
                raise not_found()
            own = _card(found, when)
            own |= _effectiveness(connection, found, who, when, runtime.clock())
            return answer(own | about(connection, runtime, when), waited=waited)

    return made


def _models(connection: Connection, keys: Collection[UUID], when: Times) -> Iterator[Model]:
    """Give the models of these ids that had been launched by what was known."""
    for history in read_journals(connection, keys, REGISTRIES).values():
        facts = [f for f in effective(known(history, when.known_at)) if f.on <= when.valid_at]
        started = [fact for fact in facts if isinstance(fact.event, ModelLaunched)]
        closed = [fact for fact in facts if isinstance(fact.event, ModelClosed)]
        if started:
            yield Model(started[0], closed[-1] if closed else None)


def _card(model: Model, when: Times) -> dict[str, Any]:
    said = model.launched.event
    commune = at(said.commune, when.valid_at) or said.commune
    place = place_of(commune)
    return {
        "model_id": said.model_id,
        "name": said.name,
        "kind": said.kind,
        "area": commune.code,
        "area_name": place.name if place else None,
        "launched_on": model.launched.on,
        "closed_on": model.closed.on if model.closed else None,
        "budget": said.budget,
    }


@dataclass(frozen=True, slots=True)
class _People:
    """The households of a reader around a model, read from the journal."""

    connection: Connection
    model: Model
    scope: Scope

    def joined(self, release: Release) -> Iterator[Dossier]:
        """Give those that lived in the reader's area and had been enrolled."""
        keys = ever_enrolled(self.connection, self.model.id)
        every = dossiers_of(self.connection, keys, _times(release), release.last)
        return self._mine(every, release)

    def others(self, release: Release) -> Iterator[Dossier]:
        """Give those that lived in the reader's area and near the model."""
        here = self.around(release)
        every = dossiers_in(self.connection, here, _times(release), release.last)
        return self._mine(every, release)

    def of(self, release: Release, ids: Sequence[UUID]) -> dict[UUID, Dossier]:
        """Give some that are counted, wherever they live now."""
        found = dossiers_of(self.connection, ids, _times(release), release.last)
        return {each.household_id: each for each in found}

    def around(self, release: Release) -> Scope:
        """Give the commune of the model as it is on the map of the day."""
        commune = self.model.commune
        now = at(commune, release.last) or commune
        return Scope.of([Area(now.code, "commune", now.valid_from)])

    def _mine(self, every: Iterable[Dossier], release: Release) -> Iterator[Dossier]:
        day = release.last
        return (each for each in every if self.scope.covers(each.commune_on(day), day))


def _times(release: Release) -> Times:
    return Times(valid_at=release.last, known_at=release.known_at)


def _effectiveness(
    connection: Connection, model: Model, who: Caller, when: Times, now: datetime
) -> dict[str, Any]:
    people = _People(connection, model, who.scope)
    known_at = min(now, when.known_at or now)
    made = list(releases(model.launched.recorded_on, when.valid_at, known_at))
    so_far = told(model.id, people, made)
    return {
        **document([each.row for each in so_far.rows], so_far.others, so_far.incomes),
        "released_on": made[-1].last + DAY if made else None,
    }
