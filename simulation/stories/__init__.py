"""The stories that may be planted, by the names that a plant file has for them."""

from collections.abc import Callable

from simulation.stage import Stage
from simulation.stories import cases, ends, helping, misuse, paying, records, turns, years

STORIES: dict[str, Callable[[Stage], None]] = {
    **misuse.STORIES,
    **paying.STORIES,
    **cases.STORIES,
    **helping.STORIES,
    **records.STORIES,
    **turns.STORIES,
    **ends.STORIES,
    **years.STORIES,
}
ALONE = frozenset(years.STORIES)
"""Stories that need a commune without anybody else."""
