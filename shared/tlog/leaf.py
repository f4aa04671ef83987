"""What an event is in the Merkle log: a short entry over the hash that its store chained.

The chained hash covers the event's meta and data and the hash before it in its stream, so the
entry does; it holds nothing personal, and an erasure changes none of it.
"""

import hashlib
from dataclasses import dataclass
from uuid import UUID

from shared.codec import chain
from shared.tlog.merkle import leaf_hash

NO_EVENTS = bytes(32)
"""The chain of a key before its first event."""

_ENTRY = b"giamngheo/leaf/1\n"
_CHAIN = b"\x04"


@dataclass(frozen=True, slots=True)
class Leaf:
    """A positioned event, as far as the log depends on it; `digest` is the store's chained hash."""

    position: int
    key: UUID
    digest: bytes

    @property
    def entry(self) -> bytes:
        """The 57 bytes that are the leaf."""
        return entry_of(self.position, self.digest)

    @property
    def hash(self) -> bytes:
        """The leaf's hash."""
        return leaf_hash(self.entry)


def entry_of(position: int, digest: bytes) -> bytes:
    """Give the leaf of the event with a chained hash at a position; leaf number position - 1."""
    return _ENTRY + position.to_bytes(8, "big") + digest


def event_leaf_hash(position: int, previous: bytes, meta: bytes, data: bytes) -> bytes:
    """Give the leaf's hash of an event's own bytes after `previous` in its stream."""
    return leaf_hash(entry_of(position, chain(previous, meta, data)))


def chained(before: bytes, leaf: bytes) -> bytes:
    """Give a key's chain after one more event of it, whose leaf's hash is `leaf`."""
    return hashlib.sha256(_CHAIN + before + leaf).digest()
