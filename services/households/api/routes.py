"""What the command endpoints of households have in common."""

from typing import Any

from services.households.decider import HOUSEHOLD
from services.households.errors import HouseholdAlreadyClosed
from services.households.state import HouseholdState
from shared.auth.roles import OFFICERS
from shared.routes import Where, routes_below

BASE = "/v1/households/<uuid:household_id>"


def where(state: HouseholdState, *_: Any) -> Where:
    """Tell where the household lives on a day."""
    return state.commune_on


route = routes_below(
    BASE, HOUSEHOLD, roles=OFFICERS, location=where, refusals=(HouseholdAlreadyClosed,)
)
"""Declares a command to a household that is on the register."""
