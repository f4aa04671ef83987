"""The composition root of households: what the service is made of."""

from flask import Flask

from services.households.api import ROUTES, queries
from services.households.api.imports import turn
from services.households.api.routes import where
from services.households.decider import HOUSEHOLD
from services.households.events import REGISTRY
from services.households.policies import CONSUMES
from services.households.project import project
from services.households.read_model import READ_MODEL
from shared.http import app
from shared.service import Resource, Service, build
from shared.settings import Settings

SERVICE = Service(
    name="households",
    title="Hộ nghèo / Households",
    registry=REGISTRY,
    routes=ROUTES,
    resources=(Resource(HOUSEHOLD, where),),
    deciders=(HOUSEHOLD,),
    queries=queries,
    read_model=READ_MODEL,
    consumes=CONSUMES,
    project=project,
    erases=True,
    turn=turn,
)


def create_app(settings: Settings) -> Flask:
    """Give the web app of this service."""
    return app.create_app(build(settings, SERVICE))
