"""What the journal held by an instant: of these households, and no more of it is read."""

from collections.abc import Collection, Iterator
from datetime import datetime
from itertools import groupby
from uuid import UUID

from sqlalchemy import Connection

from services.reporting.sources import REGISTRIES
from shared.packed import array, ask, of_uuid, of_word
from shared.projector.driver import driver
from shared.projector.journal import read_journals
from shared.recorded import Recorded

History = tuple[UUID, list[Recorded]]

_KNOWN = (
    "SELECT key, source, position, meta, data, hash FROM journal"
    " WHERE key = ANY(%b::uuid[]) AND recorded_at <= %b"
)
_OF_TYPES = " AND type = ANY(%b::text[])"
_IN_ORDER = " ORDER BY key, source, position"


def recall(
    connection: Connection,
    keys: Collection[UUID],
    known_at: datetime | None,
    types: Collection[str] = (),
) -> Iterator[History]:
    """Give the events of each of these keys that were recorded by an instant, if any were.

    Of some types only, where they are named.
    """
    if known_at is None:
        yield from read_journals(connection, keys, REGISTRIES).items()
        return
    bound: list[object] = [array("uuid", [of_uuid(key) for key in keys]), known_at]
    if types:
        bound.append(array("text", [of_word(each) for each in types]))
    statement = _KNOWN + (_OF_TYPES if types else "") + _IN_ORDER
    for key, rows in groupby(ask(driver(connection), statement, *bound), lambda row: row[0]):
        yield (
            key,
            [REGISTRIES[row[1]].read(row[3], row[4], row[5], row[2]) for row in rows],
        )
