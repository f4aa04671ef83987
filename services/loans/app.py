"""The composition root of loans."""

from flask import Flask

from services.households import events as households
from services.loans.api import ROUTES, queries
from services.loans.api.groups import where_group
from services.loans.api.routes import where
from services.loans.decider import GROUP, LOAN
from services.loans.events import REGISTRY
from services.loans.read_model import READ_MODEL, Known, learn
from services.reporting import events as reporting
from shared.http.app import create_app as app_of
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
    consumes=("households", "reporting"),
    registries=(households.REGISTRY, reporting.REGISTRY),
    step=learn,
    erases=True,
    known=Known,
)


def create_app(settings: Settings) -> Flask:
    """Give the app of loans."""
    return app_of(build(settings, SERVICE))
