"""What one request may ask of the system; larger ones are refused, not served slowly."""

import time
from dataclasses import dataclass, field
from threading import Lock

MIB = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The limits of a service's HTTP."""

    body_bytes: int = MIB
    batch_bytes: int = 16 * MIB
    """Also the most that a compressed batch may unfold to."""
    batch_lines: int = 10_000
    page: int = 500
    default_page: int = 50
    requests_per_second: float = 500.0
    """Per person and web worker, after the burst."""
    burst: int = 2_000


@dataclass(slots=True)
class RateLimit:
    """A bucket per person: `burst` at once, then `requests_per_second`."""

    limits: Limits
    _buckets: dict[str, tuple[float, float]] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def wait_for(self, who: str, now: float | None = None) -> float:
        """Take one; give 0, or the seconds until the next may be taken."""
        at = time.monotonic() if now is None else now
        rate, burst = self.limits.requests_per_second, self.limits.burst
        with self._lock:
            left, since = self._buckets.get(who, (float(burst), at))
            left = min(float(burst), left + (at - since) * rate)
            taken = left >= 1
            self._buckets[who] = (left - 1 if taken else left, at)
            if len(self._buckets) > 100_000:  # noqa: PLR2004 - a bound on memory, nothing more
                self._buckets.clear()
        return 0.0 if taken else (1 - left) / rate
