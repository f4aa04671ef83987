"""What lists of loans and groups are filtered by; the reader's area is one of the filters."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    Column,
    ColumnElement,
    Date,
    Text,
    any_,
    column,
    exists,
    func,
    literal,
    or_,
    select,
    tuple_,
)

from services.loans.read_model.tables import HOUSEHOLD_PLACES, LOANS
from shared.areas import REFORM, Scope

Filter = ColumnElement[bool]


def within(scope: Scope, day: date, commune: ColumnElement[Any]) -> list[Filter]:
    """Give the filter of an area on a column of codes of today's map; none for everything."""
    if scope.everything:
        return []
    codes = sorted({c.code for c in scope.matching(day) if c.valid_from == REFORM})
    return [commune == any_(literal(codes, ARRAY(Text)))]


def loans_within(scope: Scope, day: date) -> list[Filter]:
    """Give the filter of an area on loans: they follow their household, else what they said."""
    return within(scope, day, func.coalesce(HOUSEHOLD_PLACES.c.commune, LOANS.c.commune))


def status_filter(status: str, day: date) -> Filter:
    """Give the filter of a standing on a day."""
    turns = func.jsonb_to_recordset(LOANS.c.standings)
    turn = turns.table_valued(
        column("standing", Text), column("since", Date), column("until", Date)
    ).render_derived("turn", with_types=True)
    on_the_day = (turn.c.since <= day, or_(turn.c.until.is_(None), turn.c.until > day))
    # the first part is for the index: it stood so some day
    ever: Filter = LOANS.c.standings.contains([{"standing": status}])
    look = select(literal(1)).select_from(turn).where(turn.c.standing == status, *on_the_day)
    return ever & exists(look)


def after_filter(after: tuple[str, ...] | None, day: Column[Any], key: Column[Any]) -> list[Filter]:
    """Give the filter of what comes after a row in the order of (date, id)."""
    if after is None:
        return []
    return [tuple_(day, key) > tuple_(date.fromisoformat(after[0]), UUID(after[1]))]
