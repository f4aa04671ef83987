"""Reads `audit.checkpoints`, and compares each with the log that the journal makes."""

import threading
from datetime import UTC, datetime

import structlog
from sqlalchemy import Connection, Engine, text

from services.reporting.tlog.checkpoint_check import NotYet, Received, Refused, judge, said_in
from services.reporting.tlog.tables import COPY
from shared.log.port import Log, LogError, LogReader, OffsetLost, Record
from shared.projector.failures import is_outage
from shared.settings import SERVICES, Settings
from shared.tlog.checkpoint import Checkpoint
from shared.tlog.signing import origin

_LOG = structlog.get_logger("evidence")
POLL_S = 0.5
AT_ONCE = 500

_CURSOR = text(f"SELECT next_offset FROM {COPY}.cursor WHERE topic = :topic")
_MOVE = text(
    f"INSERT INTO {COPY}.cursor VALUES (:topic, :next)"
    " ON CONFLICT (topic) DO UPDATE SET next_offset = excluded.next_offset"
)
_RECEIVE = text(
    f"INSERT INTO {COPY}.waiting (source, record_offset, note, vkey)"
    " VALUES (:source, :offset, :note, :vkey) ON CONFLICT DO NOTHING"
)
_WAITING = text(
    f"SELECT record_offset, note, vkey FROM {COPY}.waiting WHERE source = :source"
    " ORDER BY record_offset LIMIT :most FOR UPDATE"
)
_DONE = text(f"DELETE FROM {COPY}.waiting WHERE source = :source AND record_offset = :offset")
_KEEP = text(
    f"INSERT INTO {COPY}.checkpoints (source, number, size, note, vkey, signed_at, problem)"
    f" SELECT :source, 1 + coalesce(max(number), 0), :size, :note, :vkey, :at, :problem"
    f" FROM {COPY}.checkpoints WHERE source = :source"
)
_SEEN = text(f"SELECT 1 FROM {COPY}.checkpoints WHERE source = :source AND note = :note LIMIT 1")
_TELL = text(
    f"INSERT INTO {COPY}.trees AS t (source, problem) VALUES (:source, :problem)"
    " ON CONFLICT (source) DO UPDATE SET problem = excluded.problem, since = now()"
    " WHERE t.problem IS DISTINCT FROM excluded.problem"
)


class Copy:
    """Belongs to one thread, as its log does."""

    def __init__(self, engine: Engine, log: Log, settings: Settings) -> None:
        self._engine, self._log, self._settings = engine, log, settings
        self._topic = settings.checkpoints_topic
        self._reader: LogReader | None = None

    def run(self, stop: threading.Event) -> None:
        """Read and compare until `stop`; outages are waited out."""
        try:
            while not stop.is_set():
                try:
                    self.turn(POLL_S)
                except LogError as problem:
                    self._let_go()
                    _LOG.warning("checkpoints_unread", problem=str(problem))
                    stop.wait(1.0)
                except Exception as problem:
                    if not is_outage(problem):
                        raise
                    self._let_go()
                    stop.wait(1.0)
        finally:
            self._let_go()

    def turn(self, patience_s: float = 0.0) -> None:
        """Take what has come, then compare all that the journal has the events of."""
        self._receive(patience_s)
        for source in SERVICES:
            while self._compare(source):
                pass

    def _receive(self, patience_s: float) -> None:
        if self._reader is None:
            with self._engine.begin() as connection:
                start = connection.execute(_CURSOR, {"topic": self._topic}).scalar() or 0
            self._reader = self._log.reader([self._topic], [0])
            self._reader.seek(self._topic, 0, start)
        try:
            records = self._reader.poll(patience_s, AT_ONCE)
        except OffsetLost:
            # the topic was made anew; what it held before was taken from it
            self._reader.seek(self._topic, 0, 0)
            return
        if not records:
            return
        with self._engine.begin() as connection:
            for record in records:
                self._take(connection, record)
            moved = {"topic": self._topic, "next": records[-1].offset + 1}
            connection.execute(_MOVE, moved)

    def _take(self, connection: Connection, record: Record) -> None:
        note, vkey = _text(record.data), _text(dict(record.headers).get("ce_actor", b""))
        bound = {"source": record.source, "offset": record.offset, "note": note, "vkey": vkey}
        if record.source not in SERVICES:
            _LOG.error("checkpoint_of_nobody", offset=record.offset)
        elif connection.execute(_SEEN, {"source": record.source, "note": note}).first() is None:
            connection.execute(_RECEIVE, bound)

    def _compare(self, source: str) -> bool:
        """Judge the smallest checkpoint that waits; say whether that could be done.

        The smallest, not the first: one of a size that never comes would hold up all others.
        """
        with self._engine.begin() as connection:
            waiting = connection.execute(_WAITING, {"source": source, "most": AT_ONCE}).all()
            if not waiting:
                return False
            first = min(waiting, key=lambda row: (_size(row.note), row.record_offset))
            received = Received(source, first.note, first.vkey)
            said, problem = None, None
            try:
                said = said_in(first.note)
                with connection.begin_nested():
                    judge(connection, origin(self._settings, source), received, said)
            except NotYet:
                return False
            except Refused as refusal:
                problem = str(refusal)
                _LOG.error("checkpoint_refused", source=source, problem=problem)
            self._keep(connection, received, said, problem)
            connection.execute(_DONE, {"source": source, "offset": first.record_offset})
        return True

    def _keep(
        self,
        connection: Connection,
        received: Received,
        said: Checkpoint | None,
        problem: str | None,
    ) -> None:
        bound = {"source": received.source, "problem": problem}
        connection.execute(_TELL, bound)
        size, at = (said.size, said.at) if said else (0, datetime.now(UTC))
        connection.execute(
            _KEEP, {**bound, "note": received.note, "vkey": received.vkey, "size": size, "at": at}
        )

    def _let_go(self) -> None:
        reader, self._reader = self._reader, None
        if reader is not None:
            reader.close()
        self._log.reopen()


def _size(note: str) -> int:
    """Give the size that a note says; what says none is judged, and refused, at once."""
    try:
        return said_in(note).size
    except Refused:
        return 0


def _text(raw: bytes) -> str:
    return raw.decode(errors="replace").replace("\x00", "\N{REPLACEMENT CHARACTER}")
