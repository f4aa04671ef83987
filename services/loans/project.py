"""What stays of others' topics: where households live now, and misuse that is confirmed."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Connection, delete
from sqlalchemy.dialects.postgresql import insert

from services.households.events import PersonalDataErased
from services.loans.policies import CONSUMES, confirmed_misuse, known_household
from services.loans.read_model.rows import present_commune
from services.loans.read_model.tables import CONFIRMED_MISUSE, HOUSEHOLD_PLACES
from shared import erasure
from shared.projector.journal import read_journals
from shared.recorded import Recorded


def project(connection: Connection, touched: Sequence[UUID], recorded: Sequence[Recorded]) -> None:
    """Learn anew where the touched households live, what misuse stands, and who was erased."""
    for entry in recorded:
        if isinstance(entry.event, PersonalDataErased):
            # what was written about the household's loans may name the person
            erasure.ask(connection, entry.meta.key, entry.meta.event_id, renews=True)
    histories = read_journals(connection, touched, CONSUMES)
    for table, key in (
        (HOUSEHOLD_PLACES, HOUSEHOLD_PLACES.c.household_id),
        (CONFIRMED_MISUSE, CONFIRMED_MISUSE.c.key),
    ):
        connection.execute(delete(table).where(key.in_(touched)))
    places = [
        {"household_id": household_id, "commune": commune}
        for household_id, history in sorted(histories.items())
        if (commune := _lives_in(history)) is not None
    ]
    if places:
        connection.execute(insert(HOUSEHOLD_PLACES), places)
    misuse = [
        {"finding_id": found.finding_id, "key": key, "loan_id": found.loan_id}
        for key, history in sorted(histories.items())
        for found in confirmed_misuse(history)
    ]
    if misuse:
        connection.execute(insert(CONFIRMED_MISUSE), misuse)


def _lives_in(history: Sequence[Recorded]) -> str | None:
    """Return where a household lives by its last move, on today's map."""
    known = known_household(history)
    return present_commune(known.places[-1][1]) if known and known.places else None
