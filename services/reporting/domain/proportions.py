"""Whether counts can be chance: two exact-to-the-letter tests, and many of them at once. Pure."""

import math
from collections.abc import Hashable, Mapping
from functools import lru_cache
from typing import TypeVar

K = TypeVar("K", bound=Hashable)


@lru_cache(maxsize=65_536)
def at_least_by_half(hits: int, whole: int) -> float:
    """Give P(X >= hits) for X of `whole` throws of a fair coin, exactly summed."""
    ways = math.comb(whole, hits) if hits <= whole else 0
    total = 0
    for more in range(hits, whole + 1):
        total += ways
        ways = ways * (whole - more) // (more + 1)
    return total / (1 << whole)


def more_often(hits: int, whole: int, others_hits: int, others: int) -> float:
    """Give the p of a one-sided two-proportion test: pooled z, no continuity correction.

    1 where both are never or always hit: then there is nothing to tell them apart.
    """
    share = (hits + others_hits) / (whole + others)
    spread = share * (1 - share) * (1 / whole + 1 / others)
    if spread <= 0:
        return 1.0
    z = (hits / whole - others_hits / others) / math.sqrt(spread)
    return math.erfc(z / math.sqrt(2)) / 2


def kept_by_benjamini_hochberg(found: Mapping[K, float], share: float) -> set[K]:
    """Give those of many tests of which at most this share are expected to be false."""
    ordered = sorted(found.values())
    limit = -1.0
    for rank, p in enumerate(ordered, start=1):
        if p <= share * rank / len(ordered):
            limit = p
    return {key for key, p in found.items() if p <= limit}
