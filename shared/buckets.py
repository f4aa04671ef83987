"""Token buckets: so many at once, then so many a second, for each of a bounded number of keys."""

from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass, field
from threading import Lock

_ONE = 1 - 1e-6
"""What counts as one: seconds are fractions that are rounded."""


@dataclass(slots=True)
class Buckets:
    """A bucket per key: `burst` at once, then `per_second`; times are seconds of any one clock.

    Of more than `most` keys those untouched for longest are forgotten, one by one: whoever brings
    new keys pushes out old ones, and never empties everybody's bucket of what was taken from it.
    """

    per_second: float
    burst: float
    most: int = 100_000
    _left: OrderedDict[Hashable, tuple[float, float]] = field(default_factory=OrderedDict)
    _lock: Lock = field(default_factory=Lock)

    def take(self, key: Hashable, now: float) -> float:
        """Take one; return 0, or the seconds until one may be taken."""
        with self._lock:
            left = self._now_left(key, now)
            taken = left >= _ONE
            self._left[key] = (max(0.0, left - 1) if taken else left, now)
            self._left.move_to_end(key)
            if len(self._left) > self.most:
                self._left.popitem(last=False)
        return 0.0 if taken else self._wait(left)

    def wait(self, key: Hashable, now: float) -> float:
        """Return the seconds until one may be taken, taking none."""
        with self._lock:
            left = self._now_left(key, now)
        return 0.0 if left >= _ONE else self._wait(left)

    def _now_left(self, key: Hashable, now: float) -> float:
        left, since = self._left.get(key, (self.burst, now))
        return min(self.burst, left + (now - since) * self.per_second)

    def _wait(self, left: float) -> float:
        return (1 - left) / self.per_second
