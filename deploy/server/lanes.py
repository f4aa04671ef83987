"""Which threads work on a request: small ones never wait behind heavy ones."""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_plus

from waitress.task import ThreadedTaskDispatcher

from deploy.server import refusals

if TYPE_CHECKING:
    from deploy.server.bounds import Bounds
    from deploy.server.parser import Parser

SMALL, HEAVY, WAITING, REFUSED = "small", "heavy", "waiting", "refused"
SMALL_BYTES = 64 * 1024
"""A command of one person has fewer."""
HEAVY_ENDS = (
    "/v1/commands",
    "/v1/imports",
    "/v1/events",
    "/v1/audit/events",
    "/export",
    "/differences",
    "/proof",
    "/effectiveness",
)
"""How the paths end of which one request may take seconds."""
HEAVY_WITHIN = ("/v1/postings/", "/v1/imports/")

# a queue has its bound, and who meets it is counted: waitress would warn of each that waits
logging.getLogger("waitress.queue").setLevel(logging.ERROR)


def lane_of(request: Parser) -> str:
    """Return the lane of a request that may be served."""
    path = request.path
    if (
        request.body_bytes_received > SMALL_BYTES
        or path.endswith(HEAVY_ENDS)
        or any(part in path for part in HEAVY_WITHIN)
        or "known_at=" in unquote_plus(request.query)
    ):
        return HEAVY
    return WAITING if "wait" in request.headers.get("PREFER", "").lower() else SMALL


class Lanes:
    """Three groups of threads with a queue each; what does not fit is refused at once."""

    def __init__(self, bounds: Bounds) -> None:
        self._places = {
            SMALL: bounds.small_places,
            HEAVY: bounds.heavy_places,
            WAITING: bounds.waiting_places,
        }
        threads = {
            SMALL: bounds.small_threads,
            HEAVY: bounds.heavy_threads,
            WAITING: bounds.waiting_threads,
            REFUSED: 1,
        }
        self._lanes = {name: ThreadedTaskDispatcher() for name in threads}
        for name, count in threads.items():
            self._lanes[name].set_thread_count(count)
        self._lock = threading.Lock()
        self.taken = 0
        """Requests so far."""

    def add_task(self, channel: Any) -> None:
        """Have the first request of a channel answered by a thread of its lane."""
        request: Parser = channel.requests[0]
        name = REFUSED if request.error is not None else lane_of(request)
        with self._lock:
            self.taken += 1
            if name != REFUSED and len(self._lanes[name].queue) >= self._places[name]:
                request.error, name = refusals.busy(whole=True), REFUSED
            self._lanes[name].add_task(channel)

    def shutdown(self) -> None:
        """End the threads; what still waits is cancelled."""
        for lane in self._lanes.values():
            lane.shutdown(timeout=1)
