"""The composition root of loans: what the service is made of."""

from flask import Flask

from services.loans.api import ROUTES, queries
from services.loans.api.groups import where_group
from services.loans.api.routes import where
from services.loans.decider import GROUP, LOAN
from services.loans.events import REGISTRY
from services.loans.policies import CONSUMES
from services.loans.project import project
from services.loans.read_model import READ_MODEL, Known
from shared.http import app
from shared.service import Resource, Service, build
from shared.settings import Settings

SERVICE = Service(
    name="loans",
    title="Khoản vay / Loans",
    registry=REGISTRY,
    routes=ROUTES,
    resources=(Resource(LOAN, where), Resource(GROUP, where_group)),
    deciders=(LOAN, GROUP),
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
