"""Which partition a key belongs to: ours and pinned, for changing it would break every order."""

import hashlib
from uuid import UUID


def partition_of(key: UUID, partitions: int) -> int:
    """Give the partition of a key: the first 8 bytes of its SHA-256, big-endian, modulo."""
    first = hashlib.sha256(str(key).encode("ascii")).digest()[:8]
    return int.from_bytes(first, "big") % partitions
