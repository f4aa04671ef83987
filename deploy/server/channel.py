"""One connection: what comes in and goes out is the loop's, never a thread's."""

from __future__ import annotations

import socket
import time
from contextlib import suppress

from waitress.channel import HTTPChannel
from waitress.task import WSGITask

from deploy.server import memory, refusals
from deploy.server.lanes import HEAVY, lane_of
from deploy.server.parser import Parser
from deploy.server.refusals import RefusalTask


class Task(WSGITask):  # type: ignore[misc] # waitress carries no types
    """Has an app answer a request."""

    def service(self) -> None:
        """Answer it; after heavy work what it took goes back to the system."""
        super().service()
        if lane_of(self.request) == HEAVY:
            memory.give_back()

    def build_response_header(self) -> bytes:
        """Say that the connection ends where the worker makes room for another."""
        if self.channel.server.retiring:
            self.set_close_on_finish()
        made: bytes = super().build_response_header()
        return made


class Channel(HTTPChannel):  # type: ignore[misc] # waitress carries no types
    """A connection with deadlines."""

    task_class = Task
    error_task_class = RefusalTask
    parser_class = Parser
    request: Parser | None
    requests: list[Parser]
    last_activity: float
    total_outbufs_len: int
    connected: bool
    will_close: bool
    close_when_flushed: bool
    sent_continue: bool
    reads_away = False
    """Its sender was refused in the middle: it is read on until he has read why."""
    _ends_at = 0.0
    _read_away = 0
    _ahead = b""
    """What came behind a request: it is read when that one is answered."""
    _sent = 0
    _sending: tuple[float, int] | None = None
    """Since when an answer is being taken, and what had been sent until then."""

    @property
    def incomplete_since(self) -> float | None:
        """Return since when (monotonic) it is its sender's turn; None where it is ours."""
        if self.requests:
            return None
        if self.total_outbufs_len and self._sending is not None:
            return self._sending[0]
        request = self.request
        if request is not None:
            return request.began
        return time.monotonic() - (time.time() - self.last_activity)

    @property
    def is_idle(self) -> bool:
        """Check whether neither a request nor an answer is here."""
        return not (self.requests or self.total_outbufs_len)

    def look(self, now: float) -> None:
        """Refuse or close what takes longer than it may; `now` is monotonic."""
        bounds = self.adj.bounds
        quiet = time.time() - self.last_activity
        if not self.total_outbufs_len:
            self._sending = None
        elif self._sending is None:
            self._sending = now, self._sent
        if self._ends_at:
            late = now > self._ends_at
        elif self._sending is not None:
            since, before = self._sending
            due = bounds.due_bytes(now - since)
            late = quiet > bounds.write_idle_seconds or self._sent - before < due
        elif self.requests:
            return
        elif self.request is not None:
            if self.request.is_late(now):
                self.request.refuse(refusals.too_slow())
            if self.request.completed:  # refused here, or to make room for another
                self._hand_on(self.request)
            return
        else:
            late = quiet > bounds.keep_alive_seconds
        if late:
            self.handle_close()

    def received(self, data: bytes) -> bool:
        """Take what came; of requests that came together one is read, and answered, at a time."""
        with self.requests_lock:
            if self.will_close or self.close_when_flushed:
                return False
            self._ahead += data
            self._read_on()
        return True

    def service(self) -> None:
        """Answer a request; then the one behind it may be read."""
        super().service()
        self._look_ahead()

    def send(self, data: bytes, do_close: bool = True) -> int:
        """Send some of it; return how many bytes that was."""
        sent: int = super().send(data, do_close=do_close)
        self._sent += sent
        return sent

    def readable(self) -> bool:
        """Check whether more is to be read."""
        return bool(self._ends_at or super().readable())

    def handle_read(self) -> None:
        """Read what came; of a refused sender only to throw it away."""
        if not self._ends_at:
            super().handle_read()
            return
        with suppress(OSError):
            some = self.socket.recv(self.adj.recv_bytes)
            self._read_away += len(some)
            if some and self._read_away <= self.adj.bounds.read_away_bytes:
                return
        self.handle_close()

    def handle_write(self) -> None:
        """Send what is to be sent; a refused sender may still be sending himself."""
        if self.reads_away and self.close_when_flushed and not self._ends_at:
            self._flush_exception(self._flush_some)
            if not self.total_outbufs_len and not self.will_close:
                self.close_when_flushed = False
                self._ends_at = time.monotonic() + self.adj.bounds.read_away_seconds
                with suppress(OSError):
                    self.socket.shutdown(socket.SHUT_WR)
                return
        super().handle_write()
        self._look_ahead()

    def handle_close(self) -> None:
        """Close it, and let go of what has come of a request."""
        coming, self.request = self.request, None
        self._ahead = b""
        if coming is not None:
            coming.close()
        super().handle_close()

    def _look_ahead(self) -> None:
        """Read what came behind a request once its answer has been sent."""
        with self.requests_lock:
            if self.connected and not (self.will_close or self.close_when_flushed):
                self._read_on()

    def _read_on(self) -> None:
        while self._ahead and not (self.requests or self.total_outbufs_len):
            if self.request is None:
                self._ahead = self._ahead.lstrip(b"\r\n")  # blank lines before a request are none
                if not self._ahead:
                    return
                self.request = self.parser_class(self.adj)
            request = self.request
            self._ahead = self._ahead[request.received(self._ahead) :]
            if request.expect_continue and request.headers_finished and not self.sent_continue:
                self.send_continue()
            if request.completed:
                self.sent_continue, self.request = False, None
                self.requests.append(request)
                self.server.add_task(self)

    def _hand_on(self, request: Parser) -> None:
        with self.requests_lock:
            self.request = None
            self.requests.append(request)
            self.server.add_task(self)
