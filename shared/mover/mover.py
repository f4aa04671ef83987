"""One mover for each store: sequence, then publish, for as long as the process lives."""

import threading
from collections.abc import Sequence
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait

import structlog

from shared.log.port import Log, LogError
from shared.mover.agreement import Disagreement
from shared.mover.relay import BATCH, Relay
from shared.mover.sequencer import Sequencer
from shared.store.port import StoreUnavailable
from shared.store.postgres import PostgresStore

BUSY_S = 0.005
IDLE_S = 0.05
SECOND_S = 0.25
RETRY_S = (0.1, 0.2, 0.5, 1.0, 2.0)
REFUSED_S = 5.0

_LOG = structlog.get_logger("mover")


class Mover:
    """Places and publishes the events of one store; its log belongs to it alone."""

    def __init__(self, store: PostgresStore, log: Log, topic: str, partitions: int) -> None:
        self._source = store.source
        self._log = log
        self._sequencer = Sequencer(store.engine)
        self._relay = Relay(store, log, topic, partitions)
        self._agreed = False
        self._failures = 0
        self.problem: str | None = None
        """Why nothing moves at the moment, if so."""

    def run(self, stop: threading.Event) -> None:
        """Move until `stop`; outages are waited out, a disagreement until it is resolved (G13)."""
        try:
            while not stop.is_set():
                self._run_until_trouble(stop)
        finally:
            self._sequencer.close()
            self._log.close()

    def _run_until_trouble(self, stop: threading.Event) -> None:
        try:
            # also after an outage of the log: it may come back without its records
            self._relay.check()
            self._agreed = True
            self._move(stop)
        except Disagreement as problem:
            self._agreed = False  # placing events now would only widen the fork
            self._tell(str(problem))
            stop.wait(REFUSED_S)
        except StoreUnavailable as problem:
            self._agreed = False  # it may come back out of a backup
            self._wait(stop, problem)
        except LogError as problem:
            self._wait(stop, problem)

    def _move(self, stop: threading.Event) -> None:
        pause = BUSY_S
        while not stop.is_set():
            placed = self._sequencer.run_pass()
            published = self._relay.run_once()
            self._failures = 0
            self._tell(None)
            if published == BATCH:
                continue
            pause = BUSY_S if placed or published else min(pause * 2, IDLE_S)
            # another mover is at work: be ready to take over, but leave it the work
            stop.wait(pause if self._sequencer.is_first else SECOND_S)

    def _wait(self, stop: threading.Event, problem: Exception) -> None:
        """Let some time pass before the next try; positions do not wait for the log."""
        self._tell(f"{type(problem).__name__}: {problem}")
        seconds = RETRY_S[min(self._failures, len(RETRY_S) - 1)]
        self._failures += 1
        for _ in range(int(seconds / IDLE_S)):
            if self._agreed and not stop.is_set():
                try:
                    self._sequencer.run_pass()
                except StoreUnavailable:
                    self._agreed = False
            if stop.wait(IDLE_S):
                return

    def _tell(self, problem: str | None) -> None:
        if problem and problem != self.problem:
            _LOG.warning("mover_waits", source=self._source, problem=problem)
        if self.problem and not problem:
            _LOG.info("mover_goes_on", source=self._source)
        self.problem = problem


def run_together(movers: Sequence[Mover], stop: threading.Event) -> None:
    """Run each in a thread of its own until `stop`; one that breaks stops all and is raised."""
    with ThreadPoolExecutor(len(movers), thread_name_prefix="mover") as pool:
        running = [pool.submit(mover.run, stop) for mover in movers]
        wait(running, return_when=FIRST_EXCEPTION)
        stop.set()
    for each in running:
        each.result()
