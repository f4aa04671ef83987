"""What stays of others' topics: where a household lives now, and misuse that is confirmed."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, text

from services.households.events import PersonalDataErased
from services.loans.policies import confirmed_misuse, known_household
from services.loans.read_model.known import REGISTRIES
from services.loans.read_model.rows import present_commune
from shared import erasure
from shared.projector.journal import read_journals
from shared.recorded import Recorded

_PLACE = text(
    "INSERT INTO household_places (household_id, commune) VALUES (:key, :commune)"
    " ON CONFLICT (household_id) DO UPDATE SET commune = EXCLUDED.commune"
)
_NO_PLACE = text("DELETE FROM household_places WHERE household_id = ANY(:keys)")
_NO_MISUSE = text("DELETE FROM confirmed_misuse WHERE key = ANY(:keys)")
_MISUSE = text(
    "INSERT INTO confirmed_misuse (finding_id, key, loan_id) VALUES (:finding_id, :key, :loan_id)"
)


def learn(connection: Connection, keys: Sequence[UUID], recorded: Sequence[Recorded]) -> None:
    """Bring what is known of the touched keys to what was heard of them."""
    if not recorded:
        return
    for entry in recorded:
        if isinstance(entry.event, PersonalDataErased):
            # what was written about the household's loans may name the person
            erasure.ask(connection, entry.meta.key, entry.meta.event_id, renews=True)
    touched = sorted(keys)
    heard = read_journals(connection, touched, REGISTRIES)
    places: list[dict[str, Any]] = []
    nowhere: list[UUID] = []
    misuse: list[dict[str, Any]] = []
    for key in touched:
        history = heard.get(key, [])
        known = known_household([row for row in history if row.meta.source == "households"])
        commune = present_commune(known.places[-1][1]) if known and known.places else None
        if commune is None:
            nowhere.append(key)
        else:
            places.append({"key": key, "commune": commune})
        misuse += [
            {"finding_id": found.finding_id, "key": key, "loan_id": found.loan_id}
            for found in confirmed_misuse(history)
        ]
    connection.execute(_NO_PLACE, {"keys": nowhere})
    connection.execute(_NO_MISUSE, {"keys": touched})
    if places:
        connection.execute(_PLACE, places)
    if misuse:
        connection.execute(_MISUSE, misuse)
