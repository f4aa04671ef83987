"""The composition root of reporting: what the service is made of."""

from flask import Flask

from services.reporting.api import ROUTES, queries
from services.reporting.console import page
from services.reporting.decider import PAUSE
from services.reporting.events import REGISTRY
from services.reporting.finding import FINDING
from services.reporting.projections.staleness import staleness
from services.reporting.queries.decision_context import Known
from shared.http import app
from shared.service import Service, build
from shared.settings import Settings

SERVICE = Service(
    name="reporting",
    title="Báo cáo / Reporting",
    registry=REGISTRY,
    routes=ROUTES,
    deciders=(FINDING, PAUSE),
    queries=queries,
    known=Known,
    gauges=staleness,
)


def create_app(settings: Settings) -> Flask:
    """Give the web app of this service."""
    runtime = build(settings, SERVICE)
    made = app.create_app(runtime)
    made.register_blueprint(page.blueprint(runtime))
    return made
