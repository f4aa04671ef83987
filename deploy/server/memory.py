"""What a process holds of the machine's memory, and how it gives some of it back."""

from __future__ import annotations

import ctypes
import os
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

_ARENAS = -8
"""glibc's M_ARENA_MAX."""
_MOST_ARENAS = 2


@cache
def _glibc() -> Any:
    with suppress(OSError, AttributeError):
        library = ctypes.CDLL("libc.so.6")
        if library.malloc_trim and library.mallopt:
            return library
    return None


def keep_together() -> None:
    """Let all threads take memory from the same few places, so that what is free is found again."""
    if (library := _glibc()) is not None:
        library.mallopt(_ARENAS, _MOST_ARENAS)


def give_back() -> None:
    """Give what is free back to the system (glibc only; takes milliseconds)."""
    if (library := _glibc()) is not None:
        library.malloc_trim(0)


def own_bytes() -> int:
    """Return what this process holds that it shares with no file; 0 where that is not told."""
    with suppress(OSError, ValueError, IndexError):
        words = Path("/proc/self/statm").read_text(encoding="ascii").split()
        return (int(words[1]) - int(words[2])) * os.sysconf("SC_PAGE_SIZE")
    return 0
