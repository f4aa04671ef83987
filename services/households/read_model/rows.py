"""This service's own tables: what lists of households are filtered by, and who lives where now."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Connection, Uuid, any_, bindparam, delete, select, text
from sqlalchemy.dialects.postgresql import insert

from services.households import events
from services.households.errors import DuplicateCitizen
from services.households.read_model.people import index, members_of, people_in
from services.households.read_model.tables import (
    CITIZENS,
    HOUSEHOLDS,
    METADATA,
    PERIODS,
)
from services.households.state import HouseholdState
from shared import erasure
from shared.areas.text import commune_in, place_value
from shared.corrections import EventCorrected
from shared.dated import Dated
from shared.policy.status import statuses
from shared.recorded import Recorded
from shared.service import ReadModel

_UNLISTED = (
    events.PovertyCausesSet,
    events.ReviewScored,
    events.VillageMeetingHeld,
    events.ResultPosted,
    events.ComplaintFiled,
    events.ResultReverified,
    events.PlanItemAgreed,
    events.PlanItemCompleted,
    events.PlanItemWithdrawn,
    events.SupportEntitled,
    events.SupportDelivered,
    events.SupportWithdrawn,
)
"""Events that change nothing in any list."""
_PEOPLE = (
    events.HouseholdRegistered,
    events.MemberJoined,
    events.MemberLeft,
    events.HouseholdClosed,
    events.PersonalDataErased,
    EventCorrected,
)
"""Events that change who is a member, and when."""


FREEING = (
    events.MemberLeft,
    events.HouseholdClosed,
    events.PersonalDataErased,
    EventCorrected,
)
"""Those after which somebody may join another household who could not before."""


def apply(
    connection: Connection, stream_id: str, state: HouseholdState, recorded: Sequence[Recorded]
) -> None:
    """Bring the rows of one household to its present state; DuplicateCitizen if somebody's twice.

    Runs in the command's transaction, so a refusal leaves no event.
    """
    changes = [entry.event for entry in recorded if not isinstance(entry.event, _UNLISTED)]
    if not changes:
        return
    household_id = UUID(stream_id.partition("-")[2])
    fresh = isinstance(changes[0], events.HouseholdRegistered)
    touched = _touched(changes)
    if not fresh:
        _end_periods(connection, household_id, touched)
    if state.registered_on is None:
        connection.execute(delete(HOUSEHOLDS).where(HOUSEHOLDS.c.household_id == household_id))
    else:
        row = _row(household_id, state)
        changed = {name: value for name, value in row.items() if name != "household_id"}
        put = insert(HOUSEHOLDS).values(row)
        connection.execute(put.on_conflict_do_update("households_pkey", set_=changed))
        periods = [
            period
            for period in _periods(household_id, state)
            if period["kind"] in touched and period["until"] >= touched[period["kind"]]
        ]
        if periods:
            connection.execute(insert(PERIODS), periods)
    if any(isinstance(change, _PEOPLE) for change in changes):
        _count_people(connection, household_id, state, people_in(recorded), fresh=fresh)
    for entry in recorded:
        if isinstance(entry.event, events.PersonalDataErased):
            cause = entry.meta.event_id
            erasure.ask(connection, entry.event.person, cause, renews=False)
            # what people wrote about the household may name the person
            erasure.ask(connection, household_id, cause, renews=True)


def _touched(changes: Sequence[Any]) -> dict[str, date]:
    """Give the kinds of period that events touch, each with the first day that may change.

    A value from a day on changes nothing before that day.
    """
    found: dict[str, date] = {}
    for change in changes:
        match change:
            case events.HouseholdMoved(moved_on=day):
                found["place"] = min(found.get("place", day), day)
            case events.HouseholdGroupsSet(occurred_on=day):
                found["group"] = min(found.get("group", day), day)
            case events.HouseholdClassified(effective_from=day):
                found["status"] = min(found.get("status", day), day)
            case events.ExitTargetSet() | events.ExitTargetWithdrawn():
                found["target"] = date.min
            case events.HouseholdRegistered() | EventCorrected():
                return dict.fromkeys(("place", "status", "group", "target"), date.min)
            case _:
                pass
    return found


def _end_periods(connection: Connection, household_id: UUID, touched: dict[str, date]) -> None:
    for kind, day in touched.items():
        connection.execute(
            delete(PERIODS).where(
                PERIODS.c.household_id == household_id,
                PERIODS.c.kind == kind,
                PERIODS.c.until >= day,
            )
        )


def _row(household_id: UUID, state: HouseholdState) -> dict[str, Any]:
    head_id = state.heads[-1][1]
    return {
        "household_id": household_id,
        "registered_on": state.registered_on,
        "closed_on": state.closed_on,
        "head_id": head_id,
        "head_name": None if head_id in state.erased else state.members[head_id].person.full_name,
    }


def _periods(household_id: UUID, state: HouseholdState) -> Iterator[dict[str, Any]]:
    blank: dict[str, Any] = {"household_id": household_id, "village": None, "area_type": None}
    first, *later = state.residences
    for since, until, home in _spans(((date.min, first[1]), *later)):
        yield blank | {
            "kind": "place",
            "value": place_value(home.commune),
            "since": since,
            "until": until,
            "village": home.village,
            "area_type": home.area_type,
        }
    found = statuses([value for _, value in state.classified])
    for since, until, status in _spans(tuple((entry.since, entry.status) for entry in found)):
        yield blank | {"kind": "status", "value": status, "since": since, "until": until}
    for since, until, groups in _spans(state.groups):
        for group in groups:
            yield blank | {"kind": "group", "value": group, "since": since, "until": until}
    for year, target in state.targets.items():
        if target.is_open:
            span = {"since": target.since, "until": date.max}
            yield blank | span | {"kind": "target", "value": str(year)}


def _spans(values: Dated[Any]) -> Iterator[tuple[date, date, Any]]:
    ends = (*(since for since, _ in values[1:]), date.max)
    for (since, value), until in zip(values, ends, strict=False):
        if since < until:
            yield since, until, value


_COUNT = text(
    "INSERT INTO citizens (citizen_ref, household_id, member_id, since, until)"
    " SELECT ref, CAST(:household_id AS uuid), member, since, until"
    " FROM unnest(CAST(:refs AS text[]), CAST(:members AS uuid[]), CAST(:since AS date[]),"
    " CAST(:until AS date[])) AS counted (ref, member, since, until)"
    " ON CONFLICT DO NOTHING RETURNING member_id, since"
)
"""One statement whatever the number of people, so that it is made up once and not each time."""


def _count_people(
    connection: Connection,
    household_id: UUID,
    state: HouseholdState,
    touched: frozenset[UUID] | None,
    *,
    fresh: bool,
) -> None:
    if not fresh:
        gone = delete(CITIZENS).where(CITIZENS.c.household_id == household_id)
        if touched is not None:
            gone = gone.where(CITIZENS.c.member_id == any_(bindparam("of", type_=ARRAY(Uuid))))
        connection.execute(gone, {} if touched is None else {"of": list(touched)})
    rows = list(_numbers(household_id, state, touched))
    if not rows:
        return
    people = {
        "household_id": household_id,
        "refs": [row["citizen_ref"] for row in rows],
        "members": [row["member_id"] for row in rows],
        "since": [row["since"] for row in rows],
        "until": [row["until"] for row in rows],
    }
    counted = {tuple(found) for found in connection.execute(_COUNT, people)}
    for row in rows:
        if (row["member_id"], row["since"]) not in counted:
            raise _duplicate(connection, row)


def _numbers(
    household_id: UUID, state: HouseholdState, touched: frozenset[UUID] | None
) -> Iterator[dict[str, Any]]:
    """Give whose citizen number is in the household, and when, past stays too."""
    end = state.closed_on or date.max
    for member_id, member in members_of(state, touched):
        if member_id in state.erased:
            continue
        for stay in member.stays:
            until = min(stay.left_on or date.max, end)
            if stay.person.citizen_ref is not None and stay.joined_on < until:
                yield {
                    "citizen_ref": stay.person.citizen_ref,
                    "household_id": household_id,
                    "member_id": member_id,
                    "since": stay.joined_on,
                    "until": until,
                }


def _duplicate(connection: Connection, row: dict[str, Any]) -> DuplicateCitizen:
    """Say whose the citizen number is already, and where they live, for the reader's areas."""
    look = (
        select(CITIZENS.c.household_id, CITIZENS.c.member_id, PERIODS.c.value)
        .join(PERIODS, PERIODS.c.household_id == CITIZENS.c.household_id)
        .where(
            CITIZENS.c.citizen_ref == row["citizen_ref"],
            CITIZENS.c.household_id != row["household_id"],
            CITIZENS.c.since < row["until"],
            CITIZENS.c.until > row["since"],
            PERIODS.c.kind == "place",
        )
        .order_by(PERIODS.c.until.desc())
        .limit(1)
    )
    other = connection.execute(look).first()
    if other is None:
        return DuplicateCitizen()
    return DuplicateCitizen(
        household_id=other.household_id, member_id=other.member_id, commune=commune_in(other.value)
    )


def clear(connection: Connection) -> None:
    """Empty the tables before they are made anew from the events."""
    for table in METADATA.tables.values():
        connection.execute(delete(table))


READ_MODEL = ReadModel(apply, clear, index, FREEING)
