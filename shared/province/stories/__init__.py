"""The stories that may be planted, by the names that a plant file has for them."""

from collections.abc import Callable

from shared.province.stage import Stage
from shared.province.stories import cases, ends, helping, misuse, paying, records, turns

STORIES: dict[str, Callable[[Stage], None]] = {
    **misuse.STORIES,
    **paying.STORIES,
    **cases.STORIES,
    **helping.STORIES,
    **records.STORIES,
    **turns.STORIES,
    **ends.STORIES,
}
