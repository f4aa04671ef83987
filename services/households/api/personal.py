"""What is held of the people of a household, and who read it."""

from functools import partial
from uuid import UUID

from flask_smorest import Blueprint
from sqlalchemy import Connection, select

from services.households.api import filters
from services.households.decider import HOUSEHOLD
from services.households.read_model import HOUSEHOLDS
from shared.auth.caller import Caller
from shared.clock import today
from shared.http.accesses import accesses
from shared.http.personal import personal_data
from shared.service import Runtime


def personal(runtime: Runtime) -> list[Blueprint]:
    """Give the log of who read of people, and the export of personal data."""
    sees = partial(_sees, runtime)
    return [accesses(runtime, {"household_id": sees}), personal_data(runtime, sees, _streams)]


def _streams(_: Connection, household_id: UUID) -> list[str]:
    return [f"{HOUSEHOLD.name}-{household_id}"]


def _sees(runtime: Runtime, connection: Connection, household_id: UUID, caller: Caller) -> bool:
    """Tell whether a household lies in the caller's areas today."""
    scope = filters.within(caller.scope, today(runtime.clock))
    look = select(HOUSEHOLDS).where(HOUSEHOLDS.c.household_id == household_id, *scope)
    return connection.execute(look).first() is not None
