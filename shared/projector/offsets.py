"""How far a reader is: moved by compare-and-set, in the transaction of what it read."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, text

from shared.projector.driver import driver

Lane = tuple[str, int]
"""A topic and a partition of it."""


@dataclass(frozen=True, slots=True)
class Place:
    """The next offset to read and the highest position read so far."""

    next_offset: int
    last_position: int


@dataclass(frozen=True, slots=True)
class Move:
    """From where to where a batch takes the reader in one partition."""

    lane: Lane
    was: Place
    becomes: Place


class Fenced(Exception):  # noqa: N818 - an ordinary event between two readers, not an error
    """Somebody else has read these records: what was done with them must not be kept."""


_BEGIN = text(
    "INSERT INTO consumed (topic, partition, next_offset, last_position)"
    " VALUES (:topic, :partition, 0, 0) ON CONFLICT DO NOTHING"
)
_PLACES = text("SELECT topic, partition, next_offset, last_position FROM consumed")
_MOVE = (
    "UPDATE consumed SET next_offset = %s, last_position = %s"
    " WHERE topic = %s AND partition = %s AND next_offset = %s AND last_position = %s"
)
_RESTART = text("UPDATE consumed SET next_offset = 0 WHERE topic = :topic")


def places(connection: Connection, lanes: Iterable[Lane]) -> dict[Lane, Place]:
    """Give where the reader stands in each of these lanes, the beginning where it is new."""
    wanted = sorted(lanes)
    connection.execute(_BEGIN, [{"topic": topic, "partition": part} for topic, part in wanted])
    found = {(row[0], row[1]): Place(row[2], row[3]) for row in connection.execute(_PLACES)}
    return {lane: found[lane] for lane in wanted}


def move(connection: Connection, moves: Sequence[Move]) -> None:
    """Move on in every lane, or raise Fenced: then the transaction must be rolled back."""
    cursor = driver(connection).cursor()
    cursor.executemany(
        _MOVE,
        [
            (
                *(step.becomes.next_offset, step.becomes.last_position, *step.lane),
                *(step.was.next_offset, step.was.last_position),
            )
            for step in sorted(moves, key=lambda step: step.lane)  # one order: no dead-locks
        ],
    )
    if cursor.rowcount != len(moves):
        raise Fenced(f"{cursor.rowcount} of {len(moves)} partitions were where they should be")


def restart(connection: Connection, topic: str) -> None:
    """Read a topic from its beginning again, after it was published anew.

    The positions stay, so what was read before is dropped as a duplicate.
    """
    connection.execute(_RESTART, {"topic": topic})
