"""Reading the filters of a list: each value that cannot be right is named with its remedy."""

import re
from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from flask import request
from sqlalchemy import ColumnElement

from services.loans.api.filters import Filter, within
from shared.areas import Area, Scope, UnknownArea
from shared.problems import FieldError, Problem, invalid

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


def _wrong(name: str, code: str, message: str) -> Problem:
    return invalid([FieldError(f"/{name}", code, message)])


def day(name: str) -> date | None:
    """Read a date, or None where it is not given."""
    given = request.args.get(name)
    if given is None:
        return None
    try:
        if _DATE.fullmatch(given):
            return date.fromisoformat(given)
    except ValueError:
        pass
    raise _wrong(name, "wrong-type", "cần ngày dạng YYYY-MM-DD / a date YYYY-MM-DD is needed")


def the_day(name: str, default: date) -> date:
    """Read a date, with a default."""
    found = day(name)
    return default if found is None else found


def an_id(name: str) -> UUID | None:
    """Read an id, or None where it is not given."""
    given = request.args.get(name)
    if given is None:
        return None
    try:
        return UUID(given)
    except ValueError:
        raise _wrong(name, "wrong-type", "cần một mã UUID / a UUID is needed") from None


def one_of(name: str, codes: Sequence[str]) -> str | None:
    """Read a code of a list, or None where it is not given."""
    given = request.args.get(name)
    if given is None or given in codes:
        return given
    raise _wrong(name, "not-in-list", f"một trong / one of: {', '.join(codes)}")


def area_filter(
    name: str, scope: Scope, present: date, commune: ColumnElement[Any]
) -> list[Filter]:
    """Read an area's code and give its filter within the caller's own area."""
    given = request.args.get(name)
    if given is None:
        return []
    try:
        wanted = scope.narrowed(Area.parse(given))
    except UnknownArea as problem:
        raise _wrong(name, "unknown-area", str(problem)) from None
    return within(wanted, present, commune)
