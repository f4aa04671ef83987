"""What households add to the figures, written with their other rows and read by day and area."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Connection, text

from services.reporting.projections.before import Since, Told
from services.reporting.projections.rows import Rows
from services.reporting.projections.tables import LIVE, VERSION
from services.reporting.projections.writing import Writing
from shared.areas import Commune, Scope
from shared.pg_binary import (
    NULL,
    Field,
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

_PLACE = {"key": "uuid", "from_on": "date"}
COLUMNS = {
    **_PLACE,
    "body": "bytea",
    "aimed": "bool",
    "until_on": "date",
    "void_on": "date",
    "code": "text",
    "valid_from": "date",
}
AT_ONCE = 2_000
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
    return [_packed(place, told) for place, told in _told(rows)]


def replace(
    connection: Connection, writing: Writing, before: Mapping[Since, Told], rows: Iterable[Rows]
) -> None:
    """Make these rows all there are of these households, in the place of those there were.

    What stays the same is let alone, and where only the record has changed, only that is written.
    """
    after = dict(_told(rows))
    stays = {place for place in before if place in after and after[place][1:] == before[place][1:]}
    gone = [_packed_place(place) for place in before if place not in stays]
    writing.remove(connection, "figures", _PLACE, gone)
    changed = [place for place in stays if after[place] != before[place]]
    if changed:
        kinds = [*_PLACE.values(), COLUMNS["body"]]
        cursor_of(driver(connection)).execute(
            f"UPDATE {writing.schema}.figures f SET body = g.body FROM unnest({casts(kinds)})"
            " AS g (key, from_on, body) WHERE f.key = g.key AND f.from_on = g.from_on".encode(),
            arrays(kinds, [(*_packed_place(each), of_bytes(after[each][0])) for each in changed]),
        )
    added = [_packed(place, after[place]) for place in after if place not in stays]
    writing.add(connection, "figures", COLUMNS, added)


def _told(rows: Iterable[Rows]) -> Iterator[tuple[Since, Told]]:
    for each in rows:
        if each.figures is not None:
            stays, aimed, body = each.figures
            for from_on, until_on, home, void_on in stays:
                where = (None, None) if home is None else (home.code, home.valid_from)
                yield (each.key, from_on), (body, aimed, until_on, void_on, *where)


def _packed_place(place: Since) -> tuple[Field, Field]:
    return (of_uuid(place[0]), of_date(place[1]))


def _packed(place: Since, told: Told) -> Sequence[Field]:
    body, aimed, until_on, void_on, code, valid_from = told
    return (
        *_packed_place(place),
        of_bytes(body),
        of_bool(aimed),
        of_date(until_on),
        of_date(void_on),
        NULL if code is None else of_word(code),
        of_date(valid_from),
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
        cursor.execute(statement.encode(), bound)
        while rows := cursor.fetchmany(AT_ONCE):
            yield from rows


def _line(row: tuple[Any, ...]) -> Line:
    return Line(row[0], None if row[1] is None else _commune(row[1], row[2]), row[3])


_commune = lru_cache(maxsize=1024)(Commune)
