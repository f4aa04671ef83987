"""One mover for each store: sequence, then publish, for as long as the process lives."""

import threading
from concurrent.futures import ThreadPoolExecutor

import structlog

from shared.log.port import Log, LogError
from shared.mover.agreement import Disagreement
from shared.mover.relay import Relay
from shared.mover.sequencer import Sequencer
from shared.store.port import StoreUnavailable
from shared.store.postgres import PostgresStore

BUSY_S = 0.005
IDLE_S = 0.05
SECOND_S = 0.25
"""How often what another mover may have placed is looked for."""
RETRY_S = (0.1, 0.2, 0.5, 1.0, 2.0)
REFUSED_S = 5.0

_LOG = structlog.get_logger("mover")


class Mover:
    """Places and publishes the events of one store; its log belongs to it alone.

    Two threads, for an outage of the log is waited out where it is noticed, and positions do not
    wait for that. Nothing is placed before the ends of log and store were found to agree, nor
    after the session was lost, until they are compared again: the store may be another by then.
    """

    def __init__(
        self,
        store: PostgresStore,
        log: Log,
        topic: str,
        partitions: int,
        cursors: PostgresStore | None = None,
    ) -> None:
        """`cursors` is the same store, where commits need not wait for the disk.

        A cursor that is lost only has a few events published twice, which readers drop; positions
        must be there for good before anybody sees them.
        """
        self._source = store.source
        self._log = log
        self._sequencer = Sequencer(store.engine)
        self._relay = Relay(cursors or store, log, topic, partitions)
        self._session, self._agreed = 0, -1
        self._placed = threading.Event()
        self._halt = threading.Event()
        self._failures = 0
        self.problem: str | None = None
        """Why nothing is published at the moment, if so."""

    def run(self, stop: threading.Event) -> None:
        """Move until `stop`; outages are waited out, a disagreement until it is resolved (G13)."""
        with ThreadPoolExecutor(1, thread_name_prefix=f"sequencer-{self._source}") as pool:
            sequencing = pool.submit(self._sequence, stop)
            try:
                while not stop.is_set() and not sequencing.done():
                    self._publish_until_trouble(stop)
            finally:
                self._halt.set()
                self._log.close()
        sequencing.result()

    def _sequence(self, stop: threading.Event) -> None:
        pause = BUSY_S
        try:
            while not self._halt.wait(pause) and not stop.is_set():
                if self._agreed != self._session:
                    pause = IDLE_S
                    continue
                try:
                    placed = self._sequencer.run_pass()
                except StoreUnavailable:
                    self._session += 1
                    continue
                if placed:
                    self._placed.set()
                pause = BUSY_S if placed else min(pause * 2, IDLE_S)
                if not self._sequencer.is_first:
                    pause = SECOND_S  # another is at work: be ready, but leave it the work
        finally:
            self._sequencer.close()

    def _publish_until_trouble(self, stop: threading.Event) -> None:
        session = self._session
        try:
            # also after an outage of the log: it may come back without its records
            self._relay.check()
            self._agreed = session
            self._publish(stop)
        except Disagreement as problem:
            self._agreed = -1  # placing events now would only widen the fork
            self._tell(str(problem))
            stop.wait(REFUSED_S)
        except (StoreUnavailable, LogError) as problem:
            self._tell(f"{type(problem).__name__}: {problem}")
            stop.wait(RETRY_S[min(self._failures, len(RETRY_S) - 1)])
            self._failures += 1

    def _publish(self, stop: threading.Event) -> None:
        with self._relay.session() as cursor:
            while not stop.is_set() and self._agreed == self._session:
                self._placed.clear()
                published = self._relay.publish_next(cursor)
                self._failures = 0
                self._tell(None)
                if not published:
                    # our own sequencer wakes us
                    self._placed.wait(SECOND_S)

    def _tell(self, problem: str | None) -> None:
        if problem and problem != self.problem:
            _LOG.warning("mover_waits", source=self._source, problem=problem)
        if self.problem and not problem:
            _LOG.info("mover_goes_on", source=self._source)
        self.problem = problem
