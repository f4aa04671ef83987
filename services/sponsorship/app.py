"""The composition root of sponsorship: what the service is made of."""

from flask import Flask

from services.sponsorship.api import ROUTES, queries
from services.sponsorship.api.routes import where_model, where_now
from services.sponsorship.decider import ASSIGNMENT, MODEL, SPONSOR
from services.sponsorship.events import REGISTRY
from services.sponsorship.policies import CONSUMES
from services.sponsorship.project import project
from services.sponsorship.read_model import READ_MODEL, Known
from shared.http import app
from shared.service import Resource, Service, build
from shared.settings import Settings

SERVICE = Service(
    name="sponsorship",
    title="Phân công giúp đỡ / Sponsorship",
    registry=REGISTRY,
    routes=ROUTES,
    resources=(
        Resource(SPONSOR),
        Resource(ASSIGNMENT, where_now),
        Resource(MODEL, where_model),
    ),
    deciders=(SPONSOR, ASSIGNMENT, MODEL),
    queries=queries,
    read_model=READ_MODEL,
    consumes=CONSUMES,
    project=project,
    erases=True,
    known=Known,
)


def create_app(settings: Settings) -> Flask:
    """Give the web app of this service."""
    return app.create_app(build(settings, SERVICE))
