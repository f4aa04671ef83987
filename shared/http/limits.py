"""What one request may ask of the system; larger ones are refused, not served slowly."""

import time
from dataclasses import dataclass, field

from shared.buckets import Buckets

MIB = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The limits of a service's HTTP."""

    body_bytes: int = MIB
    batch_bytes: int = 16 * MIB
    """Also the most that a compressed batch may unfold to."""
    batch_lines: int = 10_000
    batch_values: int = 500_000
    """Fifty a line; of all its lines together, since all are in memory at once."""
    batch_seconds: float = 20.0
    """After so long no further lines of a batch are begun: those are answered 503."""
    question_bytes: int = 64 * 1024
    """The most that a question with a body may hold: five hundred ids, or a name."""
    page: int = 500
    default_page: int = 50
    requests_per_second: float = 500.0
    """Per person and web worker, after the burst."""
    burst: int = 2_000


@dataclass(slots=True)
class RateLimit:
    """A bucket per person: `burst` at once, then `requests_per_second`."""

    limits: Limits
    _buckets: Buckets = field(init=False)

    def __post_init__(self) -> None:
        """Make the buckets: persons come from checked tokens, so nobody can invent many."""
        self._buckets = Buckets(self.limits.requests_per_second, float(self.limits.burst))

    def wait_for(self, who: str, now: float | None = None) -> float:
        """Take one; give 0, or the seconds until the next may be taken."""
        return self._buckets.take(who, time.monotonic() if now is None else now)
