"""What the journal held by an instant: of these households, and no more of it is read."""

from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from services.reporting.domain.sources import REGISTRIES
from shared.pg_binary import array, ask, of_uuid, of_word
from shared.projector.driver import driver
from shared.recorded import Recorded

History = tuple[UUID, list[Recorded]]

_OF_KEYS = "SELECT key, source, position, meta, data, hash FROM journal WHERE key = ANY(%b::uuid[])"
_KNOWN = " AND recorded_at <= %b"
_OF_TYPES = " AND type = ANY(%b::text[])"


def recall(
    connection: Connection,
    keys: Collection[UUID],
    known_at: datetime | None,
    types: Collection[str] = (),
) -> Iterator[History]:
    """Give the events of each of these keys that were recorded by an instant, if any were.

    Of some types only, where they are named; in no order, which folding gives them anyway.
    """
    statement, bound = _OF_KEYS, list[object]([array("uuid", [of_uuid(key) for key in keys])])
    if known_at is not None:
        statement += _KNOWN
        bound.append(known_at)
    if types:
        statement += _OF_TYPES
        bound.append(array("text", [of_word(each) for each in types]))
    # put together here: the server takes thrice the time if it has to sort such wide rows
    of_key: dict[int, list[tuple[Any, ...]]] = {}
    for row in ask(driver(connection), statement, *bound):
        of_key.setdefault(row[0].int, []).append(row)
    for rows in of_key.values():
        yield (
            rows[0][0],
            [REGISTRIES[row[1]].read(row[3], row[4], row[5], row[2]) for row in rows],
        )
