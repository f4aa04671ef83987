"""What is held of the people of a household, and who read it."""

from collections.abc import Sequence
from functools import partial
from uuid import UUID

from flask_smorest import Blueprint
from sqlalchemy import Connection, select

from services.loans.api.filters import loans_within
from services.loans.api.views import find_loans
from services.loans.decider import LOAN
from services.loans.read_model.tables import LOANS
from shared.auth.caller import Caller
from shared.clock import today
from shared.http.accesses import accesses
from shared.http.personal import personal_data
from shared.service import Runtime


def personal(runtime: Runtime) -> list[Blueprint]:
    """Give the export of personal data, and the log of who read any."""
    sees = partial(_borrows_there, runtime)
    return [personal_data(runtime, sees, _streams), accesses(runtime, {"household_id": sees})]


def _borrows_there(
    runtime: Runtime, connection: Connection, household_id: UUID, caller: Caller
) -> bool:
    """Tell whether a household in the caller's areas has asked for a loan."""
    present = today(runtime.clock)
    theirs = LOANS.c.household_id == household_id
    return bool(find_loans(connection, [theirs, *loans_within(caller.scope, present)], present, 1))


def _streams(connection: Connection, household_id: UUID) -> Sequence[str]:
    look = select(LOANS.c.loan_id).where(LOANS.c.household_id == household_id)
    found = connection.execute(look.order_by(LOANS.c.loan_id)).scalars()
    return [f"{LOAN.name}-{loan_id}" for loan_id in found]
