"""The rows of one sponsor, assignment or model, kept in the command's transaction."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Table, delete
from sqlalchemy.dialects.postgresql import insert

from services.sponsorship.events import PersonalDataErased
from services.sponsorship.read_model.tables import ASSIGNMENTS, METADATA, MODELS, SPONSORS
from services.sponsorship.read_model.turns import FREEING, TURNING, keep_turns
from services.sponsorship.state import AssignmentState, ModelState, SponsorState
from shared import erasure
from shared.areas.text import place_value
from shared.recorded import Recorded
from shared.service import ReadModel

Row = dict[str, Any]


def apply(connection: Connection, stream_id: str, state: Any, recorded: Sequence[Recorded]) -> None:
    """Bring the row of one stream to its present state; AlreadyHelping if a sponsor helps twice.

    Runs in the command's transaction, so a refusal leaves no event.
    """
    own_id = UUID(stream_id.partition("-")[2])
    match state:
        case SponsorState():
            _keep(connection, SPONSORS, own_id, _sponsor(state))
        case AssignmentState():
            _keep(connection, ASSIGNMENTS, own_id, _assignment(state))
            if any(isinstance(entry.event, TURNING) for entry in recorded):
                keep_turns(connection, own_id, state)
        case ModelState():
            _keep(connection, MODELS, own_id, _model(state))
        case _:
            raise TypeError(f"no table holds {stream_id}")
    for entry in recorded:
        if isinstance(entry.event, PersonalDataErased):
            erasure.ask(connection, own_id, entry.meta.event_id, renews=True)


def clear(connection: Connection) -> None:
    """Empty the tables before they are made anew from the events."""
    for table in METADATA.tables.values():
        connection.execute(delete(table))


def _keep(connection: Connection, table: Table, own_id: UUID, row: Row | None) -> None:
    (key,) = table.primary_key.columns
    if row is None:
        connection.execute(delete(table).where(key == own_id))
        return
    made = insert(table).values({key.name: own_id} | row)
    connection.execute(made.on_conflict_do_update(index_elements=[key], set_=row))


def _sponsor(state: SponsorState) -> Row | None:
    if state.sponsor_id is None:
        return None
    return {
        "kind": state.kind,
        "name": None if state.hides_name else state.name,
        "registered_on": state.registered_on,
        "dissolved_on": state.dissolved_on,
    }


def _assignment(state: AssignmentState) -> Row | None:
    if state.assignment_id is None:
        return None
    return {
        "household_id": state.household_id,
        "sponsor_id": state.sponsor_id,
        "place": place_value(state.commune) if state.commune else None,
        "starts_on": state.starts_on,
        "ends_on": state.ends_on,
        "ended_on": state.ended_on,
        "visit_due_on": state.counted_from + timedelta(days=state.visit_every_days),
    }


def _model(state: ModelState) -> Row | None:
    if state.model_id is None or state.commune is None:
        return None
    return {
        "name": state.name,
        "kind": state.kind,
        "place": place_value(state.commune),
        "launched_on": state.launched_on,
        "closed_on": state.closed_on,
    }


READ_MODEL = ReadModel(apply, clear, alone=FREEING)
