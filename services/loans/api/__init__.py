"""The endpoints of loans: one row per command, one function per query."""

from services.loans.api import debts, decisions, groups, money
from services.loans.api.corrections import CORRECTIONS
from services.loans.api.queries import queries

ROUTES = (*groups.ROUTES, *decisions.ROUTES, *money.ROUTES, *debts.ROUTES, *CORRECTIONS)

__all__ = ["ROUTES", "queries"]
