"""The HTTP endpoints of sponsorship: commands as rows, queries as functions."""

from services.sponsorship.api import assignments, corrections, handovers, models, sponsors
from services.sponsorship.api.queries import queries

ROUTES = (
    *sponsors.ROUTES,
    *assignments.ROUTES,
    *handovers.ROUTES,
    *models.ROUTES,
    *corrections.ROUTES,
)

__all__ = ["ROUTES", "queries"]
