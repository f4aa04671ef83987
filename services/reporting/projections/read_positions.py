"""How far reporting has read, lane by lane: what a copy of the log must hold, and no more."""

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import Connection, text

from shared.log.partition import partition_of

_CONSUMED = text("SELECT topic, partition, last_position FROM consumed")


class Cut:
    """The last position read of every partition; events beyond are still on their way."""

    def __init__(self, read: Mapping[tuple[str, int], int], partitions: int) -> None:
        self.read, self.partitions = dict(read), partitions

    def holds(self, source: str, key: UUID, position: int) -> bool:
        """Tell whether an event should have been read by then."""
        return position <= self.read.get((source, self.lane(key)), 0)

    def lane(self, key: UUID) -> int:
        """Give the partition of a key."""
        return partition_of(key, self.partitions)

    def heads(self) -> dict[str, int]:
        """Give the furthest position of every source."""
        found: dict[str, int] = {}
        for (source, _), position in self.read.items():
            found[source] = max(found.get(source, 0), position)
        return dict(sorted(found.items()))


def read_cut(connection: Connection, topics: Mapping[str, str], partitions: int) -> Cut:
    """Give the cut as the offsets have it now."""
    sources = {topic: source for source, topic in topics.items()}
    rows = connection.execute(_CONSUMED)
    read = {(sources[row[0]], int(row[1])): int(row[2]) for row in rows if row[0] in sources}
    return Cut(read, partitions)
