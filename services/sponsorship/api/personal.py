"""What is held of the people of a household, and who read of them or of sponsors who are people."""

from collections.abc import Sequence
from functools import partial
from uuid import UUID

from flask_smorest import Blueprint
from sqlalchemy import Connection, select

from services.sponsorship.api import filters
from services.sponsorship.decider import ASSIGNMENT, MODEL
from services.sponsorship.read_model import Known
from services.sponsorship.read_model.tables import ASSIGNMENTS, MODELS
from shared.auth.caller import Caller
from shared.clock import today
from shared.http.accesses import Sees, accesses
from shared.http.personal import personal_data
from shared.service import Runtime


def personal(runtime: Runtime) -> list[Blueprint]:
    """Give the export of personal data, and the log of who read any."""
    sees_household = partial(_lives_there, runtime)
    sees: dict[str, Sees] = {"sponsor_id": _is_sponsor, "household_id": sees_household}
    return [personal_data(runtime, sees_household, _streams), accesses(runtime, sees)]


def _is_sponsor(connection: Connection, sponsor_id: UUID, _: Caller) -> bool:
    """Tell whether there is such a sponsor: they are visible wherever one works."""
    return Known(connection).has_sponsor(sponsor_id)


def _lives_there(
    runtime: Runtime, connection: Connection, household_id: UUID, caller: Caller
) -> bool:
    """Tell whether a household lives, or is helped, in the caller's areas today."""
    day = today(runtime.clock)
    commune = Known(connection).commune_of(household_id, day)
    if commune is not None:
        return caller.scope.covers(commune, day)
    look = select(ASSIGNMENTS.c.assignment_id).where(
        ASSIGNMENTS.c.household_id == household_id, filters.within(caller.scope, day)
    )
    return connection.execute(look.limit(1)).first() is not None


def _streams(connection: Connection, household_id: UUID) -> Sequence[str]:
    """Give the household's assignments, and every model: it may have taken part in any."""
    own = select(ASSIGNMENTS.c.assignment_id).where(ASSIGNMENTS.c.household_id == household_id)
    helped = connection.execute(own.order_by(ASSIGNMENTS.c.assignment_id)).scalars()
    every = connection.execute(select(MODELS.c.model_id).order_by(MODELS.c.model_id)).scalars()
    return [
        *(f"{ASSIGNMENT.name}-{one}" for one in helped),
        *(f"{MODEL.name}-{one}" for one in every),
    ]
