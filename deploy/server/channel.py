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
    close_when_flushed: bool
    reads_away = False
    """Its sender was refused in the middle: it is read on until he has read why."""
    _ends_at = 0.0
    _read_away = 0

    @property
    def incomplete_since(self) -> float | None:
        """Return since when (monotonic) a request is coming in, or none is; None if one is here."""
        if self.requests or self.total_outbufs_len:
            return None
        request = self.request
        if request is not None:
            return request.began
        return time.monotonic() - (time.time() - self.last_activity)

    def look(self, now: float) -> None:
        """Refuse or close what takes longer than it may; `now` is monotonic."""
        bounds = self.adj.bounds
        quiet = time.time() - self.last_activity
        if self._ends_at:
            late = now > self._ends_at
        elif self.total_outbufs_len:
            late = quiet > bounds.write_idle_seconds
        elif self.requests:
            return
        elif self.request is not None:
            if self.request.is_late(now):
                self._refuse_late(self.request)
            return
        else:
            late = quiet > bounds.keep_alive_seconds
        if late:
            self.handle_close()

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

    def handle_close(self) -> None:
        """Close it, and let go of what has come of a request."""
        coming, self.request = self.request, None
        if coming is not None:
            coming.close()
        super().handle_close()

    def _refuse_late(self, request: Parser) -> None:
        request.refuse(refusals.too_slow())
        with self.requests_lock:
            self.request = None
            self.requests.append(request)
            self.server.add_task(self)
