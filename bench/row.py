"""One figure of ours beside its reference, measured in the same run on the same machine."""

from collections.abc import Callable
from dataclasses import dataclass
from statistics import median
from time import perf_counter


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What was measured: `ours` and `reference` in `unit`; `goal` says what was to be reached."""

    what: str
    ours: float
    unit: str
    goal: str
    reached: bool | None
    reference: float | None = None
    reference_what: str = ""
    note: str = ""

    @property
    def ratio(self) -> float | None:
        """Give ours by the reference, where there is one."""
        return self.ours / self.reference if self.reference else None


def rate(work: Callable[[], int], times: int = 3) -> float:
    """Give the median rate per second of work that says how much it did."""
    rates = []
    for _ in range(times):
        started = perf_counter()
        done = work()
        rates.append(done / (perf_counter() - started))
    return median(rates)


def seconds(work: Callable[[], object], times: int = 5) -> float:
    """Give the median duration of some work, in seconds."""
    taken = []
    for _ in range(times):
        started = perf_counter()
        work()
        taken.append(perf_counter() - started)
    return median(taken)
