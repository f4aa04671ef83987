"""What households add to the figures, written with their other rows and read by day and area."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Connection, text

from services.reporting.projections.rows import Rows
from services.reporting.projections.tables import LIVE, VERSION
from shared.areas import Commune, Scope
from shared.packed import (
    NULL,
    Field,
    array,
    arrays,
    casts,
    cursor_of,
    of_bool,
    of_bytes,
    of_date,
    of_uuid,
    of_word,
)
from shared.projector.driver import driver

COLUMNS = {
    "key": "uuid",
    "from_on": "date",
    "until_on": "date",
    "code": "text",
    "valid_from": "date",
    "void_on": "date",
    "aimed": "bool",
    "body": "bytea",
}
AT_ONCE = 2_000
_PLACE = [name for name in COLUMNS if name != "body"]
_VERSION = text(f"SELECT version FROM {LIVE}.about")


class Line(NamedTuple):
    """What a household adds where it counts on a day; `body` is its whole record."""

    key: UUID
    commune: Commune | None
    body: bytes


class Turn(NamedTuple):
    """Where a household counts on one or both of two days."""

    line: Line
    on_first: bool
    on_last: bool


def is_kept(connection: Connection) -> bool:
    """Tell whether the live views hold them: not before the rebuild that a release asks for."""
    return connection.execute(_VERSION).scalar_one_or_none() == VERSION


def fields(rows: Iterable[Rows]) -> list[Sequence[Field]]:
    """Give the rows of these households as the server takes them."""
    return [
        (
            of_uuid(each.key),
            of_date(stay.from_on),
            of_date(stay.until_on),
            NULL if stay.commune is None else of_word(stay.commune.code),
            of_date(None if stay.commune is None else stay.commune.valid_from),
            of_date(stay.void_on),
            of_bool(each.figures.aimed),
            of_bytes(each.figures.body),
        )
        for each in rows
        if each.figures is not None
        for stay in each.figures.stays
    ]


def replace(
    connection: Connection, schema: str, keys: Iterable[UUID], rows: Iterable[Rows]
) -> None:
    """Make these rows all there are of these households; what stays the same is let alone."""
    names, kinds, given = ", ".join(COLUMNS), list(COLUMNS.values()), fields(rows)
    columns = arrays(kinds, given) if given else [array(kind, []) for kind in kinds]
    there, here = (", ".join(f"{of}.{name}" for name in _PLACE) for of in "fg")
    same = f"f.key = g.key AND ({there}) IS NOT DISTINCT FROM ({here})"
    table = f"{schema}.figures"
    cursor_of(driver(connection)).execute(
        f"WITH given AS (SELECT * FROM unnest({casts(kinds)}) AS g ({names})),"
        f" gone AS (DELETE FROM {table} f WHERE key = ANY(%b::uuid[])"
        f" AND NOT EXISTS (SELECT FROM given g WHERE {same})),"
        f" changed AS (UPDATE {table} f SET body = g.body FROM given g"
        f" WHERE {same} AND f.body <> g.body)"
        f" INSERT INTO {table} ({names}) SELECT {names} FROM given g"
        f" WHERE NOT EXISTS (SELECT FROM {table} f WHERE {same})".encode(),
        (*columns, array("uuid", [of_uuid(key) for key in keys])),
    )


def lines_on(
    connection: Connection, scopes: Sequence[Scope], day: date, *, aimed: bool = False
) -> Iterator[Line]:
    """Give the households that count in all of these areas on a day; or those with targets."""
    bound: dict[str, Any] = {"day": day}
    conditions = [_covers("day"), *(["f.aimed"] if aimed else [])]
    conditions += [_within(name, scope, day, bound) for name, scope in _named(scopes)]
    statement = f"SELECT f.key, f.code, f.valid_from, f.body FROM {LIVE}.figures f"
    for row in _streamed(connection, f"{statement} WHERE {' AND '.join(conditions)}", bound):
        yield _line(row)


def turns_of(connection: Connection, scope: Scope, first: date, last: date) -> Iterator[Turn]:
    """Give the households that count in an area on either day, by what is true by the last."""
    bound: dict[str, Any] = {"first": first, "last": last}
    was, stands = (
        f"({_covers(name)} AND {_within(name, scope, day, bound)})"
        for name, day in (("first", first), ("last", last))
    )
    was += " AND (f.void_on IS NULL OR f.void_on > %(last)s)"
    statement = (
        f"SELECT f.key, f.code, f.valid_from, f.body, {was}, {stands}"
        f" FROM {LIVE}.figures f WHERE ({was}) OR {stands}"
    )
    for row in _streamed(connection, statement, bound):
        yield Turn(_line(row), row[4], row[5])


def _named(scopes: Sequence[Scope]) -> Iterator[tuple[str, Scope]]:
    for number, scope in enumerate(scopes):
        if not scope.everything:
            yield f"scope_{number}", scope


def _covers(name: str) -> str:
    return f"f.from_on <= %({name})s AND (f.until_on IS NULL OR %({name})s < f.until_on)"


def _within(name: str, scope: Scope, day: date, bound: dict[str, Any]) -> str:
    communes: Collection[Commune] = sorted(scope.matching(day))
    bound[f"{name}_codes"] = [each.code for each in communes]
    bound[f"{name}_from"] = [each.valid_from for each in communes]
    return (
        "(f.code, f.valid_from) IN (SELECT * FROM"
        f" unnest(%({name}_codes)s::text[], %({name}_from)s::date[]))"
    )


def _streamed(
    connection: Connection, statement: str, bound: dict[str, Any]
) -> Iterator[tuple[Any, ...]]:
    """Give the rows a few thousand at a time: a province's are not all held at once."""
    with driver(connection).cursor(name="figures", binary=True) as cursor:
        cursor.itersize = AT_ONCE
        cursor.execute(statement.encode(), bound)
        yield from cursor


def _line(row: tuple[Any, ...]) -> Line:
    return Line(row[0], None if row[1] is None else _commune(row[1], row[2]), row[3])


_commune = lru_cache(maxsize=1024)(Commune)
