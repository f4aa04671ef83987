"""The HTTP endpoints of households: commands as rows, queries as functions."""

from services.households.api import people, plans, reviews
from services.households.api.corrections import CORRECTIONS
from services.households.api.queries import queries

ROUTES = (*people.ROUTES, *reviews.ROUTES, *plans.ROUTES, CORRECTIONS)

__all__ = ["ROUTES", "queries"]
