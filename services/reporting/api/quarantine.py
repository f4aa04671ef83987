"""The quarantine of reporting's own reader."""

from services.reporting.api.answers import engine_of
from services.reporting.domain.sources import REGISTRIES
from services.reporting.projections.step import Projection
from shared.http import quarantine
from shared.http.blueprint import StrictBlueprint
from shared.projector.batch import Reader
from shared.service import Runtime


def blueprint(runtime: Runtime) -> StrictBlueprint:
    """Give the endpoints of the quarantine."""
    sources = {topic: source for source, topic in runtime.settings.topics.items()}
    reader = Reader(sources, REGISTRIES, Projection(runtime.settings.partitions).step)
    return quarantine.blueprint(engine_of(runtime), reader)
