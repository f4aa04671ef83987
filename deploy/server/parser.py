"""Reads one request; its bounds are heeded while it comes, not after."""

from __future__ import annotations

import re
import threading
import time
from typing import Any

from waitress.parser import HTTPRequestParser, ParsingError

from deploy.server import refusals
from deploy.server.chunks import Chunks
from deploy.server.refusals import Refusal

_VERSIONS = frozenset({"1.0", "1.1"})
_CODINGS = re.compile(rb"\r\ntransfer-encoding:[ \t]*(.*?)[ \t]*(?=\r\n)", re.IGNORECASE)
_FOLDED = re.compile(rb"\r\n[ \t]")


class Held:
    """How many bytes of bodies a worker holds, and of which requests."""

    def __init__(self) -> None:
        self.bytes = 0
        self._of: dict[Parser, int] = {}
        self._lock = threading.Lock()

    def keep(self, request: Parser, count: int) -> None:
        """Hold so many bytes of a request."""
        with self._lock:
            self.bytes += count - self._of.get(request, 0)
            if count:
                self._of[request] = count
            else:
                self._of.pop(request, None)

    def make_room(self) -> None:
        """Refuse the body that has been coming for longest: small ones are here at once."""
        with self._lock:
            longest = next((each for each in self._of if not each.completed), None)
            if longest is not None:
                self.bytes -= self._of.pop(longest)
                longest.refuse(refusals.busy(whole=False))


class Parser(HTTPRequestParser):  # type: ignore[misc] # waitress carries no types
    """One request as it comes in; `error` says why it is refused."""

    error: Refusal | None
    body_rcv: Any
    began: float

    def __init__(self, adj: Any) -> None:
        super().__init__(adj)
        self.bounds, self.held = adj.bounds, adj.held
        self.began = self.moved = time.monotonic()

    def received(self, data: bytes) -> int:
        """Take what belongs to this request; return how many bytes that was."""
        if self.completed:
            return 0
        self.moved = time.monotonic()
        taken: int = super().received(data)
        self.held.keep(self, self.body_bytes_received)
        if self.error is not None:
            self.refuse(self._found(self.error))
        elif self._bytes_told > self.bounds.body_bytes:
            self.refuse(refusals.body_too_large(self.bounds.body_bytes))
        elif not self.headers_finished and b"\n\n" in self.header_plus:
            self.refuse(refusals.not_http())  # its end would never be found
        elif not self.completed and self.held.bytes > self.bounds.buffered_bytes:
            self.held.make_room()
        return taken

    def parse_header(self, header_plus: bytes) -> None:
        """Read the head; ParsingError where it is none, or where others may read another length."""
        if _FOLDED.search(header_plus):
            raise ParsingError("a folded line")
        try:
            super().parse_header(header_plus)
        except ValueError as problem:  # a length of 5,000 digits, an address with half a bracket
            raise ParsingError(str(problem)) from problem
        if self.version not in _VERSIONS:
            raise ParsingError("version")
        if codings := _CODINGS.findall(header_plus):
            once = [coding.lower() for coding in codings] == [b"chunked"]
            if not once or self.version == "1.0" or "CONTENT_LENGTH" in self.headers:
                raise ParsingError("lengths")
            self.body_rcv = Chunks(self.body_rcv.getbuf())
        if header_plus.count(b"\r\n") > self.bounds.head_lines + 2:  # its first line, a blank one
            self.refuse(refusals.too_many_headers(self.bounds.head_lines))

    @property
    def _bytes_told(self) -> int:
        coming = getattr(self.body_rcv, "chunk_remainder", 0)
        return int(max(self.content_length, self.body_bytes_received + coming))

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
        return bool(self.body_bytes_received < self.bounds.due_bytes(since))

    def close(self) -> None:
        """Let go of the body."""
        self.held.keep(self, 0)
        super().close()

    def _found(self, error: Any) -> Refusal:
        if isinstance(error, Refusal):
            return error
        if error.code == 431:  # noqa: PLR2004 - HTTP's number
            return refusals.head_too_long(self.bounds.head_bytes)
        if error.code == 413:  # noqa: PLR2004 - HTTP's number
            return refusals.body_too_large(self.bounds.body_bytes)
        return refusals.not_http()
