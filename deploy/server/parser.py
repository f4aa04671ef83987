"""Reads one request; its bounds are heeded while it comes, not after."""

from __future__ import annotations

import threading
import time
from typing import Any

from waitress.parser import HTTPRequestParser, ParsingError

from deploy.server import refusals
from deploy.server.refusals import Refusal

_VERSIONS = frozenset({"1.0", "1.1"})


class Held:
    """How many bytes of bodies a worker holds."""

    def __init__(self) -> None:
        self.bytes = 0
        self._lock = threading.Lock()

    def add(self, count: int) -> None:
        """Hold so many more, or fewer."""
        with self._lock:
            self.bytes += count


class Parser(HTTPRequestParser):  # type: ignore[misc] # waitress carries no types
    """One request as it comes in; `error` says why it is refused."""

    error: Refusal | None
    began: float

    def __init__(self, adj: Any) -> None:
        super().__init__(adj)
        self.bounds, self.held = adj.bounds, adj.held
        self.began = self.moved = time.monotonic()
        self._kept = 0

    def received(self, data: bytes) -> int:
        """Take what belongs to this request; return how many bytes that was."""
        self.moved = time.monotonic()
        taken: int = super().received(data)
        self._keep(self.body_bytes_received)
        if self.error is not None:
            self.refuse(self._found(self.error))
        elif max(self.content_length, self.body_bytes_received) > self.bounds.body_bytes:
            self.refuse(refusals.body_too_large(self.bounds.body_bytes))
        elif not self.headers_finished and b"\n\n" in self.header_plus:
            self.refuse(refusals.not_http())  # its end would never be found
        elif not self.completed and self.held.bytes > self.bounds.buffered_bytes:
            self.refuse(refusals.busy(whole=False))
        return taken

    def parse_header(self, header_plus: bytes) -> None:
        """Read the head; ParsingError where it is none."""
        super().parse_header(header_plus)
        if self.version not in _VERSIONS:
            raise ParsingError("version")
        if self.chunked and "CONTENT_LENGTH" in self.headers:
            raise ParsingError("two lengths")  # a proxy before us may believe the other one
        if header_plus.count(b"\r\n") > self.bounds.head_lines + 2:  # its first line, a blank one
            self.refuse(refusals.too_many_headers(self.bounds.head_lines))

    def refuse(self, refusal: Refusal) -> None:
        """Have it answered as it is: no more of it is read."""
        self.error, self.completed, self.empty = refusal, True, False
        self.expect_continue = False

    def is_late(self, now: float) -> bool:
        """Check whether it had the time it may take to come in."""
        since = now - self.began
        if not self.headers_finished:
            return bool(since > self.bounds.head_seconds)
        if now - self.moved > self.bounds.body_idle_seconds:
            return True
        due = (since - self.bounds.body_grace_seconds) * self.bounds.body_bytes_per_second
        return bool(self.body_bytes_received < due)

    def close(self) -> None:
        """Let go of the body."""
        self._keep(0)
        super().close()

    def _keep(self, count: int) -> None:
        if count != self._kept:
            self.held.add(count - self._kept)
            self._kept = count

    def _found(self, error: Any) -> Refusal:
        if isinstance(error, Refusal):
            return error
        if error.code == 431:  # noqa: PLR2004 - HTTP's number
            return refusals.head_too_long(self.bounds.head_bytes)
        if error.code == 413:  # noqa: PLR2004 - HTTP's number
            return refusals.body_too_large(self.bounds.body_bytes)
        return refusals.not_http()
