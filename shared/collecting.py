"""Python's search for cycles of garbage, and when not to search."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def not_collecting() -> Iterator[None]:
    """Search for none meanwhile: for making very many objects that have no cycles.

    The more there are, the longer every search takes; reading the log, half of all time.
    """
    searches = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if searches:
            gc.enable()
