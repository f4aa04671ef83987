"""What a query may ask of others: who helps which household, as heard."""

from datetime import date
from uuid import UUID

from sqlalchemy import Connection, exists, select

from services.households.read_model.tables import SPONSORED, SPONSORS_GONE


def is_helped_by(
    connection: Connection, household_id: UUID, sponsor_id: UUID | None, on: date
) -> bool:
    """Tell whether a sponsor answers for a household on a day, as far as is known here."""
    look = select(SPONSORED.c.assignment_id).where(
        SPONSORED.c.household_id == household_id,
        SPONSORED.c.sponsor_id == sponsor_id,
        SPONSORED.c.since <= on,
        SPONSORED.c.until > on,
        ~exists().where(SPONSORS_GONE.c.sponsor_id == sponsor_id, SPONSORS_GONE.c.since <= on),
    )
    return connection.execute(look).first() is not None
