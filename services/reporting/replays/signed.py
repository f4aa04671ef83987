"""Whether what was taken still begins as the checkpoints say that were signed over it.

The other sources may have been changed alike, or cut off alike; what was signed was not.
"""

import json
from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, text

from services.reporting.domain.sources import REGISTRIES
from services.reporting.replays.staging_load import Odd
from services.reporting.replays.staging_schema import Scratch
from services.reporting.tlog.tables import COPY
from shared.projector.driver import driver
from shared.tlog.checkpoint import read_checkpoint
from shared.tlog.leaf import entry_of
from shared.tlog.merkle import Frontier, leaf_hash
from shared.tlog.notes import BadNote, read_note

NOTED = "signed"
_AGREED = text(
    f"SELECT source, max(size) FROM {COPY}.checkpoints WHERE problem IS NULL AND size > 0"
    " GROUP BY source"
)
_NOTES = (
    f"SELECT size, note FROM {COPY}.checkpoints"
    " WHERE source = %s AND problem IS NULL AND size > 0 AND size <= %s ORDER BY size, number"
)
_AT_ONCE = 5_000


def note_signed(connection: Connection, scratch: Scratch) -> None:
    """Note up to which size checkpoints were agreed with, at the moment of the cut."""
    found = {row[0]: int(row[1]) for row in connection.execute(_AGREED)}
    scratch.note(connection, NOTED, json.dumps(found))


def check_signed(connection: Connection, scratch: Scratch) -> list[Odd]:
    """Grow the logs of all that was taken; name what is not as signed, and note how far it is."""
    upto: dict[str, int] = json.loads(scratch.noted(connection, NOTED) or "{}")
    checked: dict[str, dict[str, Any]] = {}
    found: list[Odd] = []
    for source in sorted(upto.keys() & REGISTRIES.keys()):
        good, problem = _of_source(connection, scratch, source, upto[source])
        checked[source] = {"signed": upto[source], "as_signed": good, "equal": problem is None}
        found += [problem] if problem is not None else []
    scratch.note(connection, "checkpoints", json.dumps(checked))
    return found


def _of_source(
    connection: Connection, scratch: Scratch, source: str, upto: int
) -> tuple[int, Odd | None]:
    """Give the last size at which all is as it was signed, and what is wrong beyond."""
    frontier, place, good = Frontier(), 0, 0
    notes = _roots(connection, source, upto)
    due = next(notes, None)
    for position, digest in _taken(connection, scratch, source, upto):
        if position != place + 1:
            break
        place = position
        frontier.add(leaf_hash(entry_of(position, digest)))
        while due is not None and due[0] == place:
            if frontier.root() != due[1]:
                return good, _rewritten(source, good, place)
            good, due = place, next(notes, None)
    if due is None or _waits(connection, scratch, source, place + 1):
        return good, None
    return good, _missing(connection, scratch, source, place + 1, upto)


def _roots(connection: Connection, source: str, upto: int) -> Iterator[tuple[int, bytes]]:
    with driver(connection).cursor(name="replay_notes") as cursor:
        cursor.itersize = _AT_ONCE
        cursor.execute(_NOTES, (source, upto))
        for size, note in cursor:
            try:
                yield size, read_checkpoint(read_note(note).text).root
            except BadNote:
                yield size, b""  # it was agreed with, so it was changed since


def _taken(
    connection: Connection, scratch: Scratch, source: str, upto: int
) -> Iterator[tuple[int, bytes]]:
    with driver(connection).cursor(name="replay_leaves", binary=True) as cursor:
        cursor.itersize = _AT_ONCE
        cursor.execute(
            f"SELECT position, hash FROM {scratch.schema}.taken"
            " WHERE source = %s AND position <= %s ORDER BY position".encode(),
            (source, upto),
        )
        yield from cursor


def _waits(connection: Connection, scratch: Scratch, source: str, position: int) -> bool:
    bound = {"source": source, "position": position}
    asked = (
        f"SELECT 1 FROM {scratch.schema}.waiting WHERE source = :source AND position = :position"
    )
    return connection.execute(text(asked), bound).first() is not None


def _rewritten(source: str, good: int, size: int) -> Odd:
    said = (
        f"một sự kiện ở vị trí {good + 1}-{size} không còn như đã ký / an event at a position "
        f"from {good + 1} to {size} is not the one that was signed"
    )
    return Odd("altered", source, said, place=f"positions {good + 1}-{size}")


def _missing(
    connection: Connection, scratch: Scratch, source: str, position: int, upto: int
) -> Odd | None:
    """Name a place without an event; None where the event itself is named already."""
    bound = {"source": source, "position": position}
    if _is_in(connection, f"{scratch.schema}.faults", "position = :position", bound):
        return None
    is_hole = _is_in(connection, f"{scratch.schema}.taken", "position > :position", bound)
    said = f"đã ký đến vị trí {upto} / positions up to {upto} were signed"
    return Odd("removed" if is_hole else "truncated", source, said, position)


def _is_in(connection: Connection, table: str, where: str, bound: dict[str, Any]) -> bool:
    asked = text(f"SELECT 1 FROM {table} WHERE source = :source AND {where} LIMIT 1")
    return connection.execute(asked, bound).first() is not None
