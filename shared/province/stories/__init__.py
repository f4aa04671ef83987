"""The stories that may be planted, by the names that a plant file has for them."""

from collections.abc import Callable

from shared.province.stage import Stage
from shared.province.stories import cases, helping, misuse, paying, records

STORIES: dict[str, Callable[[Stage], None]] = {
    **misuse.STORIES,
    **paying.STORIES,
    **cases.STORIES,
    **helping.STORIES,
    **records.STORIES,
}
