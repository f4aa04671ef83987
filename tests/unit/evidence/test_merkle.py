"""Merkle trees as RFC 6962 has them: its vectors, every proof, and every flipped byte."""

import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.tlog.merkle import (
    EMPTY_ROOT,
    consistency_ranges,
    consistent,
    included,
    inclusion_ranges,
    leaf_hash,
    node_hash,
    range_root,
    root_of,
)
from shared.tlog.tiles import WIDTH, perfect_from

ENTRIES = [
    bytes.fromhex(each)
    for each in (
        *("", "00", "10", "2021", "3031", "40414243", "5051525354555657"),
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = (
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
)
"""The roots over the first leaves of Certificate Transparency's own test data."""


def hashes_of(count: int) -> list[bytes]:
    return [leaf_hash(str(number).encode()) for number in range(count)]


def plain_root(hashes: list[bytes]) -> bytes:
    """The definition in RFC 6962, word for word."""
    if len(hashes) == 1:
        return hashes[0]
    half = 1
    while half * 2 < len(hashes):
        half *= 2
    return node_hash(plain_root(hashes[:half]), plain_root(hashes[half:]))


def proof(hashes: list[bytes], ranges: list[tuple[int, int]]) -> list[bytes]:
    return [plain_root(hashes[start:end]) for start, end in ranges]


def flipped(whole: bytes, bit: int) -> bytes:
    changed = bytearray(whole)
    changed[bit // 8 % len(whole)] ^= 1 << bit % 8
    return bytes(changed)


def test_roots_are_those_of_the_standards_test_data() -> None:
    hashes = [leaf_hash(each) for each in ENTRIES]
    assert [root_of(hashes[: n + 1]).hex() for n in range(8)] == list(ROOTS)
    assert EMPTY_ROOT == hashlib.sha256(b"").digest() == root_of([])


def test_every_leaf_of_every_small_tree_is_proved_and_no_other() -> None:
    hashes = hashes_of(20)
    for size in range(1, 21):
        root = root_of(hashes[:size])
        for index in range(size):
            path = proof(hashes, inclusion_ranges(index, size))
            assert included(hashes[index], index, size, path, root)
            others = [n for n in range(20) if n != index]
            assert not any(included(hashes[n], index, size, path, root) for n in others)
            assert not any(included(hashes[index], n, size, path, root) for n in others)
            assert not included(hashes[index], index, size, [*path, root], root)
            assert not included(hashes[index], index, size, path[:-1], root) or not path


def test_every_small_tree_is_proved_to_begin_every_later_one_and_no_other() -> None:
    hashes = hashes_of(20)
    roots = [root_of(hashes[:size]) for size in range(21)]
    for new in range(1, 21):
        for old in range(1, new + 1):
            path = proof(hashes, consistency_ranges(old, new))
            assert consistent(old, new, roots[old], roots[new], path)
            assert not consistent(old, new, roots[old - 1], roots[new], path)
            assert not consistent(old, new, roots[old], roots[new - 1], path)
            assert not consistent(old, new, roots[old], roots[new], [*path, roots[1]])


@settings(max_examples=60)
@given(size=st.integers(1, 3 * WIDTH), data=st.data())
def test_tiles_give_the_proofs_of_the_definition(size: int, data: st.DataObject) -> None:
    hashes = hashes_of(size)
    index = data.draw(st.integers(0, size - 1))

    def tile(level: int, number: int) -> list[bytes]:
        if level == 0:
            return hashes[number * WIDTH : (number + 1) * WIDTH]
        whole = [tile(0, n) for n in range(size // WIDTH)]
        return [root_of(each) for each in whole]

    perfect = perfect_from(tile)
    for ranges in (inclusion_ranges(index, size), consistency_ranges(index + 1, size)):
        assert [range_root(each, perfect) for each in ranges] == proof(hashes, ranges)
    assert range_root((0, size), perfect) == plain_root(hashes)


@settings(max_examples=100)
@given(size=st.integers(2, 300), data=st.data())
def test_a_flipped_bit_anywhere_is_refused(size: int, data: st.DataObject) -> None:
    hashes = hashes_of(size)
    index = data.draw(st.integers(0, size - 1))
    old = data.draw(st.integers(1, size - 1))
    bit = data.draw(st.integers(0, 255))
    root, old_root = root_of(hashes), root_of(hashes[:old])
    path = proof(hashes, inclusion_ranges(index, size))
    place = data.draw(st.integers(0, len(path) - 1))
    broken = [*path[:place], flipped(path[place], bit), *path[place + 1 :]]
    assert not included(hashes[index], index, size, broken, root)
    assert not included(flipped(hashes[index], bit), index, size, path, root)
    assert not included(hashes[index], index, size, path, flipped(root, bit))
    grown = proof(hashes, consistency_ranges(old, size))
    place = data.draw(st.integers(0, len(grown) - 1))
    broken = [*grown[:place], flipped(grown[place], bit), *grown[place + 1 :]]
    assert not consistent(old, size, old_root, root, broken)
    assert not consistent(old, size, flipped(old_root, bit), root, grown)


@pytest.mark.parametrize(("index", "size"), [(0, 0), (-1, 3), (3, 3)])
def test_there_is_no_proof_of_what_is_not_there(index: int, size: int) -> None:
    with pytest.raises(ValueError, match="is not in a tree"):
        inclusion_ranges(index, size)
    assert not included(bytes(32), index, size, [], bytes(32))


@pytest.mark.parametrize(("old", "new"), [(0, 3), (4, 3)])
def test_no_tree_grows_out_of_nothing_or_of_a_larger_one(old: int, new: int) -> None:
    with pytest.raises(ValueError, match="no tree"):
        consistency_ranges(old, new)
    assert not consistent(old, new, bytes(32), bytes(32), [])
