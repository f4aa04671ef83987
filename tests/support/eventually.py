"""Waiting for what will happen, with a deadline that only a failure ever reaches."""

import time
from collections.abc import Callable

DEADLINE_S = 60.0


def eventually(holds: Callable[[], bool], deadline_s: float = DEADLINE_S) -> None:
    """Return as soon as `holds()`; AssertionError after the deadline."""
    end = time.monotonic() + deadline_s
    while not holds():
        if time.monotonic() > end:
            raise AssertionError(f"{holds} did not come to hold within {deadline_s} s")
        time.sleep(0.01)
