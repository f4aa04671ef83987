"""The tree of heads: the same root however it was made, and proofs of what is and is not there."""

from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from shared.tlog.heads import (
    BUCKETS,
    EMPTY,
    Head,
    HeadProof,
    Sub,
    bucket_of,
    levels,
    path_of,
    proof_within,
    proves,
    subtree,
    walk,
)

KEYS = st.lists(st.integers(0, 2**128 - 1), unique=True, max_size=40)


def head_of(number: int) -> Head:
    return Head(path_of(UUID(int=number)), number % 1000 + 1, number % 7 + 1, bytes(32))


def kept(heads: list[Head]) -> list[Sub]:
    """The buckets as a keeper has them."""
    buckets = [Sub()] * BUCKETS
    for place in {bucket_of(head.path) for head in heads}:
        buckets[place] = subtree([h for h in heads if bucket_of(h.path) == place], 12)
    return buckets


@settings(max_examples=60)
@given(numbers=KEYS, stranger=st.integers(0, 2**128 - 1))
def test_every_head_is_proved_and_every_stranger_is_proved_to_be_none(
    numbers: list[int], stranger: int
) -> None:
    heads = sorted(head_of(number) for number in numbers)
    root = subtree(heads).hash
    for head in heads:
        proof = proof_within(heads, head.path)
        assert proof.end == head
        assert proves(head.path, proof, root)
    if stranger not in numbers:
        path = path_of(UUID(int=stranger))
        proof = proof_within(heads, path)
        assert proof.end is None or proof.end.path != path
        assert proves(path, proof, root)


@settings(max_examples=15)
@given(numbers=KEYS.filter(bool))
def test_buckets_give_the_same_root_and_the_same_proofs(numbers: list[int]) -> None:
    heads = sorted(head_of(number) for number in numbers)
    rows = levels(kept(heads))
    assert rows[0][0] == subtree(heads)
    for head in (heads[0], heads[-1]):
        above = walk(rows, head.path)
        here = [h for h in heads if h.path[:1] == head.path[:1] or len(above) < 8]
        inside = [h for h in here if _bits(h.path, len(above)) == _bits(head.path, len(above))]
        assert proof_within(inside, head.path, above) == proof_within(heads, head.path)


def _bits(path: bytes, count: int) -> int:
    return int.from_bytes(path, "big") >> (256 - count)


@settings(max_examples=60)
@given(numbers=KEYS.filter(lambda found: len(found) > 1), data=st.data())
def test_a_head_that_was_changed_or_hidden_is_refused(
    numbers: list[int], data: st.DataObject
) -> None:
    heads = sorted(head_of(number) for number in numbers)
    root = subtree(heads).hash
    head = data.draw(st.sampled_from(heads))
    proof = proof_within(heads, head.path)
    lies = (
        Head(head.path, head.position + 1, head.count, head.chain),
        Head(head.path, head.position, head.count - 1, head.chain),
        Head(head.path, head.position, head.count, b"\x01" + head.chain[1:]),
        None,
        next(each for each in heads if each != head),
    )
    for lie in lies:
        assert not proves(head.path, HeadProof(proof.siblings, lie), root)
    for place in range(len(proof.siblings)):
        changed = [*proof.siblings[:place], bytes(31) + b"\x01", *proof.siblings[place + 1 :]]
        assert not proves(head.path, HeadProof(tuple(changed), head), root)
    assert not proves(head.path, HeadProof(proof.siblings[:-1], head), root)
    assert not proves(head.path, HeadProof((EMPTY,) * 257, head), root)


def test_a_tree_without_heads_has_the_empty_root() -> None:
    assert subtree([]).hash == EMPTY
    assert proves(path_of(UUID(int=1)), HeadProof((), None), EMPTY)
    assert levels([Sub()] * BUCKETS)[0][0] == Sub()
