"""Merkle trees as RFC 6962 hashes them: roots, and proofs of inclusion and of consistency.

A proof is first a list of ranges of leaves, whose roots the keeper of the tree then looks up.
"""

import hashlib
from collections.abc import Callable, Iterator, Sequence

Range = tuple[int, int]
"""Leaves from the first, up to but without the second."""
Perfect = Callable[[int, int], bytes]
"""Gives the root of the `index`-th subtree of 2**`level` leaves."""

EMPTY_ROOT = hashlib.sha256().digest()


def leaf_hash(entry: bytes) -> bytes:
    """Give the hash of a leaf."""
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Give the hash of an inner node."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def root_of(hashes: Sequence[bytes]) -> bytes:
    """Give the root over hashes that stand side by side on one level."""
    if not hashes:
        return EMPTY_ROOT
    row = list(hashes)
    while len(row) > 1:
        pairs = [node_hash(row[n], row[n + 1]) for n in range(0, len(row) - 1, 2)]
        row = pairs + row[2 * len(pairs) :]
    return row[0]


def _split(count: int) -> int:
    """Give the largest power of two below a count of two or more."""
    return 1 << ((count - 1).bit_length() - 1)


def perfect_parts(part: Range) -> Iterator[tuple[int, int]]:
    """Give the perfect subtrees, (level, index), that make up a range, left to right."""
    start, end = part
    while start < end:
        level = (end - start).bit_length() - 1
        yield level, start >> level
        start += 1 << level


def range_root(part: Range, perfect: Perfect) -> bytes:
    """Give the root of a range that a proof names."""
    return folded([perfect(level, index) for level, index in perfect_parts(part)])


def folded(hashes: Sequence[bytes]) -> bytes:
    """Give the root over perfect subtrees that stand side by side, the largest first."""
    if not hashes:
        return EMPTY_ROOT
    found = hashes[-1]
    for before in reversed(hashes[:-1]):
        found = node_hash(before, found)
    return found


def inclusion_ranges(index: int, size: int) -> list[Range]:
    """Give the ranges whose roots prove that leaf `index` is in a tree of `size`, lowest first."""
    if not 0 <= index < size:
        raise ValueError(f"leaf {index} is not in a tree of {size}")
    found: list[Range] = []
    start, end = 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            found.append((middle, end))
            end = middle
        else:
            found.append((start, middle))
            start = middle
    return found[::-1]


def consistency_ranges(old: int, new: int) -> list[Range]:
    """Give the ranges whose roots prove that a tree of `new` begins with one of `old`."""
    if not 0 < old <= new:
        raise ValueError(f"no tree of {new} grew out of one of {old}")
    found: list[Range] = []
    start, end, whole = 0, new, True
    while old != end:
        middle = start + _split(end - start)
        if old <= middle:
            found.append((middle, end))
            end = middle
        else:
            found.append((start, middle))
            start, whole = middle, False
    if not whole:
        found.append((start, end))
    return found[::-1]


def included(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Say whether a proof shows that a leaf's hash stands at `index` in the tree of that root."""
    if not 0 <= index < size:
        return False
    place, last, found = index, size - 1, leaf
    for other in proof:
        if last == 0:
            return False
        if place & 1 or place == last:
            found = node_hash(other, found)
            while place and not place & 1:
                place, last = place >> 1, last >> 1
        else:
            found = node_hash(found, other)
        place, last = place >> 1, last >> 1
    return last == 0 and found == root


def consistent(
    old: int, new: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]
) -> bool:
    """Say whether a proof shows that the tree of `new` begins with that of `old`."""
    if not 0 < old <= new:
        return False
    if old == new:
        return not proof and old_root == new_root
    path = [old_root, *proof] if old & (old - 1) == 0 else list(proof)
    place, last = old - 1, new - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    if not path:
        return False
    former = latter = path[0]
    for other in path[1:]:
        if last == 0:
            return False
        if place & 1 or place == last:
            former, latter = node_hash(other, former), node_hash(other, latter)
            while place and not place & 1:
                place, last = place >> 1, last >> 1
        else:
            latter = node_hash(latter, other)
        place, last = place >> 1, last >> 1
    return last == 0 and former == old_root and latter == new_root


class Frontier:
    """A tree that grows leaf by leaf, and of which only the root is asked."""

    def __init__(self) -> None:
        self._perfect: list[tuple[int, bytes]] = []

    def add(self, leaf: bytes) -> None:
        """Take one more leaf, by its hash."""
        level = 0
        while self._perfect and self._perfect[-1][0] == level:
            level, leaf = level + 1, node_hash(self._perfect.pop()[1], leaf)
        self._perfect.append((level, leaf))

    def root(self) -> bytes:
        """Give the root over all that it took."""
        return folded([each for _, each in self._perfect])
