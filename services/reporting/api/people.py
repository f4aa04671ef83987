"""What reporting holds of the people of a household, and who took anything home."""

from collections.abc import Sequence
from functools import partial
from uuid import UUID

from flask_smorest import Blueprint
from sqlalchemy import Connection, text

from services.reporting.domain.finding_state import is_decision
from services.reporting.domain.sources import REGISTRIES
from services.reporting.finding import FINDING
from services.reporting.projections.within import communes, lives_in
from shared.auth.caller import Caller
from shared.clock import today
from shared.http.accesses import accesses
from shared.http.personal import personal_data
from shared.projector.journal import read_journal
from shared.service import Runtime


def people(runtime: Runtime) -> list[Blueprint]:
    """Give the export of personal data, and the log of who read any."""
    sees = partial(_sees, runtime)
    return [personal_data(runtime, sees, _streams), accesses(runtime, {"household_id": sees})]


def _streams(connection: Connection, household_id: UUID) -> Sequence[str]:
    """Give the findings of the household alone on which something was decided."""
    facts = read_journal(connection, household_id, REGISTRIES)
    decided = {fact.event.finding_id for fact in facts if is_decision(fact.event)}
    return [f"{FINDING.name}-{finding_id}" for finding_id in sorted(decided)]


def _sees(runtime: Runtime, connection: Connection, household_id: UUID, caller: Caller) -> bool:
    """Tell whether a household lies in the caller's areas today."""
    if caller.scope.everything:
        return True
    day = today(runtime.clock)
    found = connection.execute(
        text(f"SELECT 1 FROM (SELECT CAST(:key AS uuid) AS key) h WHERE {lives_in('mine')}"),
        {"key": household_id, "day": day, **communes("mine", caller.scope, day)},
    )
    return found.first() is not None
