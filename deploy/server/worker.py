"""gunicorn's worker: one loop for all connections, threads for those that are all here."""

from __future__ import annotations

import fcntl
import os
import random
import time
from pathlib import Path
from typing import Any

from gunicorn.workers.base import Worker
from waitress import wasyncore

from deploy.server import memory
from deploy.server.bounds import from_environment, within_files
from deploy.server.lanes import Lanes
from deploy.server.listener import listeners

TICK_SECONDS = 0.5
WEIGH_SECONDS = 5.0
LAST_SECONDS = 5.0
"""So long a retiring worker leaves idle connections open, for their next request."""
WORK_SECONDS = 120.0
"""So long it goes on with what it has begun: whoever made it grow is most often in the middle."""


class BufferingWorker(Worker):  # type: ignore[misc] # gunicorn carries no types
    """Serves all sockets of gunicorn's until it is told to end or has grown too large."""

    def run(self) -> None:
        """Serve; return when all that was begun is answered."""
        memory.keep_together()
        self.bounds = within_files(from_environment())
        self.lanes = Lanes(self.bounds)
        sockets = [each.sock for each in self.sockets]
        self.listeners, self.looked_at = listeners(self.wsgi, sockets, self.lanes, self.bounds)
        self._looked, self._weighed = 0.0, time.monotonic() + random.random() * WEIGH_SECONDS  # noqa: S311 - so that workers weigh in turn
        turn = _Turn()
        while self.alive and os.getppid() == self.ppid:
            self._step()
            if self._is_worn() and turn.take():
                self.log.info("Worker makes room for another: %s", self.pid)
                break
        seconds = self.cfg.graceful_timeout - 1
        self._end(seconds, LAST_SECONDS if self.alive else 0.0)

    def _step(self) -> None:
        wasyncore.poll2(TICK_SECONDS, self.looked_at)
        self.notify()
        now = time.monotonic()
        if now - self._looked >= TICK_SECONDS:
            self._looked = now
            for channel in self._channels():
                channel.look(now)

    def _channels(self) -> list[Any]:
        return [each for one in self.listeners for each in list(one.active_channels.values())]

    def _is_worn(self) -> bool:
        if self.lanes.taken >= self.max_requests:
            return True
        now = time.monotonic()
        if now - self._weighed < WEIGH_SECONDS:
            return False
        self._weighed = now
        return memory.own_bytes() > self.bounds.memory_bytes

    def _end(self, seconds: float, idle_seconds: float) -> None:
        """Take nothing new; answer what is here, and have it read for so many seconds at most."""
        for one in self.listeners:
            one.accepting, one.retiring = False, True
        began = time.monotonic()
        while left := self._channels():
            since = time.monotonic() - began
            works = self.alive and any(channel.requests for channel in left)
            if since >= (WORK_SECONDS if works else seconds):
                break
            for channel in left:
                if channel.is_idle and (not self.alive or since >= idle_seconds):
                    channel.handle_close()
            self._step()
        self.lanes.shutdown()


class _Turn:
    """Workers make room for others one after the other.

    What they lock is this module's own file: it is there, and nothing is left behind.
    """

    def __init__(self) -> None:
        self._file = Path(__file__).open("rb")  # noqa: SIM115 - closed with the process

    def take(self) -> bool:
        """Take the turn until this process ends, or say that another has it."""
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
