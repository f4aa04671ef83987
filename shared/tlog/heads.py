"""The tree of heads: for every key its last position, how many events it has, and their chain.

A sparse Merkle map over SHA-256 of the key. A subtree with one head is that head's hash, one
without any is 32 zero bytes; so the root depends on the heads only, not on how it was computed.
What hangs below the first BITS bits is a bucket, and buckets are what a keeper remembers.
"""

import hashlib
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

EMPTY = bytes(32)
BITS = 12
BUCKETS = 1 << BITS

_LEAF, _NODE = b"\x02", b"\x03"
_KEY = b"giamngheo/head/1\n"


def path_of(key: UUID) -> bytes:
    """Give a key's place in the tree."""
    return hashlib.sha256(_KEY + key.bytes).digest()


def bucket_of(path: bytes) -> int:
    """Give the bucket of a place."""
    return int.from_bytes(path[:2], "big") >> (16 - BITS)


@dataclass(frozen=True, slots=True, order=True)
class Head:
    """The end of a key's events; `chain` goes over the hashes of all its leaves, in order."""

    path: bytes
    position: int
    count: int
    chain: bytes

    @property
    def hash(self) -> bytes:
        """What stands for it in the tree."""
        numbers = self.position.to_bytes(8, "big") + self.count.to_bytes(8, "big")
        return hashlib.sha256(_LEAF + self.path + numbers + self.chain).digest()


@dataclass(frozen=True, slots=True)
class Sub:
    """A subtree: how many heads, and its hash."""

    count: int = 0
    hash: bytes = EMPTY


@dataclass(frozen=True, slots=True)
class HeadProof:
    """What stands beside the way from the root to a key's place, and what is at its end.

    The end is the key's own head, or another one or nothing where the key has no events.
    """

    siblings: tuple[bytes, ...]
    end: Head | None


def joined(left: Sub, right: Sub) -> Sub:
    """Give the subtree over two."""
    count = left.count + right.count
    if count <= 1:
        return left if left.count else right
    return Sub(count, hashlib.sha256(_NODE + left.hash + right.hash).digest())


def _bit(path: bytes, depth: int) -> int:
    return path[depth >> 3] >> (7 - (depth & 7)) & 1


def _halves(heads: Sequence[Head], depth: int) -> tuple[Sequence[Head], Sequence[Head]]:
    middle = bisect_left(heads, 1, key=lambda head: _bit(head.path, depth))
    return heads[:middle], heads[middle:]


def subtree(heads: Sequence[Head], depth: int = 0) -> Sub:
    """Give the subtree over heads in order of their paths, which share their first bits."""
    if len(heads) <= 1:
        return Sub(1, heads[0].hash) if heads else Sub()
    left, right = _halves(heads, depth)
    return joined(subtree(left, depth + 1), subtree(right, depth + 1))


def levels(buckets: Sequence[Sub]) -> list[Sequence[Sub]]:
    """Give the rows of subtrees above the buckets, the root's first."""
    rows = [buckets]
    while len(rows[0]) > 1:
        row = rows[0]
        rows.insert(0, [joined(row[n], row[n + 1]) for n in range(0, len(row), 2)])
    return rows


def walk(rows: Sequence[Sequence[Sub]], path: bytes) -> tuple[bytes, ...]:
    """Give the siblings from the root towards a path, down to a subtree of one head or a bucket."""
    place, siblings, number = bucket_of(path), [], 0
    for depth, row in enumerate(rows):
        number = place >> (len(rows) - 1 - depth)
        if depth:
            siblings.append(row[number ^ 1].hash)
        if row[number].count <= 1:
            break
    return tuple(siblings)


def proof_within(heads: Sequence[Head], path: bytes, above: Sequence[bytes] = ()) -> HeadProof:
    """Go on from where `walk` ended, with all heads that hang there, in order."""
    siblings, rest = list(above), heads
    while len(rest) > 1:
        depth = len(siblings)
        halves = _halves(rest, depth)
        bit = _bit(path, depth)
        siblings.append(subtree(halves[1 - bit], depth + 1).hash)
        rest = halves[bit]
    return HeadProof(tuple(siblings), rest[0] if rest else None)


def shares(path: bytes, other: bytes, bits: int) -> bool:
    """Say whether two paths begin with the same bits."""
    return all(_bit(path, depth) == _bit(other, depth) for depth in range(bits))


def proves(path: bytes, proof: HeadProof, root: bytes) -> bool:
    """Say whether a proof leads to the root: that its end is what stands at `path`.

    Where the end is another's head or nothing, the key of that path has no events.
    """
    if len(proof.siblings) > 8 * len(path):
        return False
    end = proof.end
    if end is not None and not shares(path, end.path, len(proof.siblings)):
        return False
    found = EMPTY if end is None else end.hash
    for depth in reversed(range(len(proof.siblings))):
        other = proof.siblings[depth]
        pair = other + found if _bit(path, depth) else found + other
        found = hashlib.sha256(_NODE + pair).digest()
    return found == root
