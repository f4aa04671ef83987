"""A bucket's told wait is neither too short nor too long, on any clock."""

from hypothesis import given
from hypothesis import strategies as st

from shared.buckets import Buckets

CLOCKS = st.floats(0, 1e7)
RATES = st.floats(0.01, 100)
BURSTS = st.integers(1, 20)


def emptied(rate: float, burst: int, now: float) -> Buckets:
    buckets = Buckets(rate, burst)
    for _ in range(burst):
        assert buckets.take("key", now) == 0.0
    return buckets


@given(RATES, BURSTS, CLOCKS)
def test_after_the_told_wait_one_may_be_taken(rate: float, burst: int, now: float) -> None:
    buckets = emptied(rate, burst, now)
    wait = buckets.take("key", now)
    assert wait > 0
    assert buckets.wait("key", now + wait) == 0.0
    assert buckets.take("key", now + wait) == 0.0


@given(RATES, BURSTS, CLOCKS)
def test_before_the_told_wait_none_may_be_taken(rate: float, burst: int, now: float) -> None:
    buckets = emptied(rate, burst, now)
    wait = buckets.take("key", now)
    assert buckets.take("key", now + wait * 0.99) > 0


@given(RATES, BURSTS, CLOCKS)
def test_one_and_no_second_is_taken_after_the_wait(rate: float, burst: int, now: float) -> None:
    buckets = emptied(rate, burst, now)
    later = now + buckets.take("key", now)
    buckets.take("key", later)
    assert buckets.take("key", later) > 0
