"""What senders may take of a web worker: seconds, bytes, connections, places in a queue."""

from __future__ import annotations

import os
import resource
from contextlib import suppress
from dataclasses import dataclass, replace

KIB, MIB = 1024, 1024 * 1024
_FILES = 10_000
_OWN_FILES = 128
"""Of the process itself: its log, its counters, its connections to databases."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """The bounds of one worker; times in seconds."""

    head_seconds: float = 10.0
    """From the first byte of a request, or from connecting, to the end of its head."""
    body_idle_seconds: float = 15.0
    """A body of which nothing more comes."""
    grace_seconds: float = 30.0
    """After so long a body must have come, and an answer gone, at `bytes_per_second` on average."""
    bytes_per_second: int = KIB
    keep_alive_seconds: float = 15.0
    """A connection without a request."""
    write_idle_seconds: float = 30.0
    """An answer of which nothing more is taken."""
    head_bytes: int = 32 * KIB
    head_lines: int = 100
    body_bytes: int = 16 * MIB
    """The largest body of any request: a batch."""
    read_away_bytes: int = 64 * MIB
    """Of one who was refused so much more is read: cut off, he would never read why."""
    read_away_seconds: float = 15.0
    buffered_bytes: int = 128 * MIB
    """Bodies that are coming in or waiting, all together."""
    piece_bytes: int = 16 * KIB
    """So much is read of a connection at once, and at most so much ahead of its turn."""
    kept_bytes: int = 64 * KIB
    """What a body or an answer has more is kept in a file, not in memory."""
    connections: int = 1_000
    small_threads: int = 6
    small_places: int = 96
    """Requests that wait for a thread; the next is answered 503."""
    heavy_threads: int = 1
    heavy_places: int = 8
    waiting_threads: int = 4
    waiting_places: int = 32
    memory_bytes: int = 256 * MIB
    """A worker that holds more makes room for a new one once it has answered."""

    def due_bytes(self, seconds: float) -> float:
        """Return how many bytes must have gone or come after so long."""
        return (seconds - self.grace_seconds) * self.bytes_per_second


def from_environment() -> Bounds:
    """Return the bounds, those of `WEB_…` as they are set; ValueError where one is no number."""
    own = Bounds()
    return Bounds(
        head_seconds=_number("WEB_HEAD_SECONDS", own.head_seconds),
        body_idle_seconds=_number("WEB_BODY_SECONDS", own.body_idle_seconds),
        keep_alive_seconds=_number("WEB_KEEP_ALIVE_SECONDS", own.keep_alive_seconds),
        connections=_number("WEB_CONNECTIONS", own.connections),
        small_threads=_number("WEB_THREADS", own.small_threads),
        small_places=_number("WEB_PLACES", own.small_places),
        memory_bytes=_number("WEB_MEMORY_MIB", own.memory_bytes // MIB) * MIB,
    )


def within_files(bounds: Bounds) -> Bounds:
    """Return the bounds with as many connections as this process may have files open for.

    It may have as many as the system lets it ask for; a connection needs two: itself, and its body
    or its answer.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = _FILES if hard == resource.RLIM_INFINITY else min(hard, _FILES)
    if soft != resource.RLIM_INFINITY and soft < most:
        with suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
            soft = most
    files = _FILES if soft == resource.RLIM_INFINITY else soft
    return replace(bounds, connections=max(1, min(bounds.connections, (files - _OWN_FILES) // 2)))


def _number(name: str, otherwise: float) -> int:
    text = os.environ.get(name, "") or str(int(otherwise))
    if not (text.isascii() and text.isdigit() and int(text) > 0):
        raise ValueError(f"{name}: số nguyên dương / a positive whole number, not {text!r}")
    return int(text)
