"""What stays of others' topics: who helps which household, and which sponsors are no more."""

from collections.abc import Sequence
from dataclasses import asdict
from uuid import UUID

from sqlalchemy import Connection, delete, insert

from services.households.policies import CONSUMES, gone_on, helps
from services.households.read_model.tables import SPONSORED, SPONSORS_GONE
from shared.projector.journal import read_journals
from shared.recorded import Recorded


def project(connection: Connection, touched: Sequence[UUID], _: Sequence[Recorded]) -> None:
    """Learn anew who helps the touched households, and which of the sponsors are no more."""
    histories = read_journals(connection, touched, CONSUMES)
    connection.execute(delete(SPONSORED).where(SPONSORED.c.household_id.in_(touched)))
    rows = [
        {"household_id": household_id} | asdict(found)
        for household_id, history in sorted(histories.items())
        for found in helps(history)
    ]
    if rows:
        connection.execute(insert(SPONSORED), rows)
    connection.execute(delete(SPONSORS_GONE).where(SPONSORS_GONE.c.sponsor_id.in_(touched)))
    gone = [
        {"sponsor_id": sponsor_id, "since": day}
        for sponsor_id, history in sorted(histories.items())
        if (day := gone_on(history)) is not None
    ]
    if gone:
        connection.execute(insert(SPONSORS_GONE), gone)
