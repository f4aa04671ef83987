"""The leaves of a source as reporting has read them: from the journal, and from what waits."""

import msgspec
from sqlalchemy import Connection, text

from shared.projector.quarantine import HeaderPairs
from shared.tlog.leaf import Leaf

_JOURNAL = text(
    "SELECT position, key, hash FROM journal"
    " WHERE source = :source AND position > :after AND position <= :upto ORDER BY position"
)
_HELD = text(
    "SELECT position, key, headers FROM held"
    " WHERE source = :source AND position > :after AND position <= :upto ORDER BY position, seq"
)


class JournalLeaves:
    """Gives the leaves of one source up to the first place of which nothing was read yet."""

    def __init__(self, connection: Connection, source: str) -> None:
        self._connection, self._source = connection, source
        self.are_sure = True
        """Whether all were checked when they were read: what waits may say what is not so."""

    def __call__(self, after: int, upto: int) -> list[Leaf]:
        """Give the events after a position up to and with another, in order."""
        bound = {"source": self._source, "after": after, "upto": upto}
        found = [Leaf(*row) for row in self._connection.execute(_JOURNAL, bound)]
        if len(found) == upto - after:
            return found
        places = {leaf.position: leaf for leaf in found}
        for position, key, headers in self._connection.execute(_HELD, bound):
            digest = _digest(headers)
            if digest is not None and position not in places:
                places[position] = Leaf(position, key, digest)
                self.are_sure = False
        dense = []
        for position in range(after + 1, upto + 1):
            if position not in places:
                break
            dense.append(places[position])
        return dense


def _digest(headers: bytes) -> bytes | None:
    said = dict(msgspec.json.decode(headers, type=HeaderPairs)).get("ce_hash", b"")
    try:
        digest = bytes.fromhex(said.decode("ascii"))
    except ValueError:
        return None
    return digest if len(digest) == 32 else None  # noqa: PLR2004 - the length of a SHA-256
