"""Reads its lanes batch by batch; safe beside another reader of the same lanes, only slower."""

import logging
import threading
from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from sqlalchemy import Engine

from shared.codec import Registries
from shared.log.port import Log, LogReader, OffsetLost, Record
from shared.projector import batch, offsets
from shared.projector.batch import Reader, Step, StepError
from shared.projector.failures import is_outage, is_too_long
from shared.projector.offsets import Fenced, Lane, Place

_LOG = logging.getLogger(__name__)

BATCH = 500
WAIT_S = 1.0
BACK_OFF_S = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0)


def lanes_of(worker: int, workers: int, partitions: int) -> range:
    """Give the lanes of one of several workers, counted from 0."""
    return range(worker, partitions, workers)


class Consumer:
    """One worker: the lanes it reads, the engine its views are in, and its step."""

    def __init__(
        self,
        engine: Engine,
        log: Log,
        topics: Mapping[str, str],
        registries: Registries,
        step: Step,
        lanes: Iterable[int],
        batch_size: int = BATCH,
    ) -> None:
        """`topics` gives the topic of each source; `registries` the events of each source."""
        self._engine, self._log = engine, log
        sources = {topic: source for source, topic in topics.items()}
        self.reader = Reader(sources, registries, step)
        self._numbers = tuple(lanes)
        self._lanes: list[Lane] = [(topic, lane) for topic in sources for lane in self._numbers]
        self._places: dict[Lane, Place] | None = None
        self._records: LogReader | None = None
        self._largest = self._size = batch_size
        self.fences = 0

    def run(self, stop: threading.Event) -> None:
        """Read until told to stop; outages are waited out, anything else stops it.

        A log that lost what was read waits for a person and `giamngheo recover`: what else the
        process does, such as replays that show what is gone, goes on meanwhile.
        """
        failures = 0
        try:
            while not stop.is_set():
                try:
                    self.run_once(WAIT_S)
                    failures = 0
                except Exception as problem:
                    is_lost = isinstance(problem, OffsetLost)
                    if not (is_lost or is_outage(problem) or is_too_long(problem)):
                        raise
                    pause = BACK_OFF_S[min(failures, len(BACK_OFF_S) - 1)]
                    failures += 1
                    for_whom = "somebody to put the log right" if is_lost else "a server"
                    _LOG.warning("waiting %.1f s for %s: %s", pause, for_whom, problem)
                    self._size = max(1, self._size // 2)
                    stop.wait(pause)
        finally:
            self.close()

    def run_once(self, timeout_s: float = 0.0) -> int:
        """Read one batch, if one comes in time; give the number of its records.

        After any failure nothing of the batch has been kept, and the next call reads it again.
        """
        try:
            records = self._open().poll(timeout_s, self._size)
            if not records:
                return 0
            self._apply(records)
        except Fenced as fence:
            _LOG.info("another reader was faster: %s", fence)
            self.fences += 1
            self._places = None
            return 0
        except BaseException:
            self._places = None
            raise
        self._size = min(self._largest, self._size * 2)
        return len(records)

    def _apply(self, records: Sequence[Record]) -> None:
        places = self._places or {}
        try:
            with self._engine.begin() as connection:
                moves = batch.apply(connection, self.reader, records, places, hopeful=True)
        except StepError:
            # seldom: now with a savepoint around each step, which costs two turns with the server
            with self._engine.begin() as connection:
                moves = batch.apply(connection, self.reader, records, places)
        self._places = {**places, **{move.lane: move.becomes for move in moves}}

    def release(self, key: UUID) -> int:
        """Try the records of a waiting key again, in order; give how many wait no longer."""
        with self._engine.begin() as connection:
            return batch.try_again(connection, self.reader, key)

    def wake(self) -> None:
        """Make a waiting `run_once` return; from any thread."""
        if self._records is not None:
            self._records.wake()

    def close(self) -> None:
        """Let go of the log."""
        records, self._records, self._places = self._records, None, None
        if records is not None:
            records.close()

    def _open(self) -> LogReader:
        if self._records is None:
            self._records = self._log.reader(self.reader.sources, self._numbers)
        if self._places is None:
            with self._engine.begin() as connection:
                places = offsets.places(connection, self._lanes)
            for (topic, partition), place in places.items():
                self._records.seek(topic, partition, place.next_offset)
            self._places = places
        return self._records
