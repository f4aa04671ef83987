"""Keeps the Merkle log of one store, signs what it has come to, and publishes that."""

import threading
from datetime import datetime, timedelta

import structlog
from sqlalchemy import Connection, Engine, Row, text
from sqlalchemy.exc import SQLAlchemyError

from shared.clock import Clock, system_clock
from shared.log.port import Log, LogError
from shared.settings import Settings
from shared.tlog.checkpoint import Checkpoint, read_checkpoint
from shared.tlog.notes import read_note, sign
from shared.tlog.publishing import outgoing
from shared.tlog.schema import OWN
from shared.tlog.signing import NoKey, origin, signers
from shared.tlog.store_leaves import leaves_of_store
from shared.tlog.tree import Tree, TreeGap, full_root

_LOG = structlog.get_logger("evidence")
_ALL = 2**62
PUBLISH_AT_ONCE = 500

_HEAD = text("SELECT coalesce(max(position), 0) FROM positions")
_LAST = text(
    f"SELECT number, size, note, signed_at FROM {OWN}.checkpoints WHERE source = :source"
    " ORDER BY number DESC LIMIT 1"
)
_KEEP = text(
    f"INSERT INTO {OWN}.checkpoints (source, number, size, note, vkey, signed_at)"
    " VALUES (:source, :number, :size, :note, :vkey, :signed_at)"
)
_UNPUBLISHED = text(
    f"SELECT number, note, vkey FROM {OWN}.checkpoints c WHERE source = :source AND number >"
    f" (SELECT published FROM {OWN}.trees t WHERE t.source = c.source)"
    f" ORDER BY number LIMIT {PUBLISH_AT_ONCE}"
)
_PUBLISHED = text(
    f"UPDATE {OWN}.trees SET published = :number WHERE source = :source AND published < :number"
)
_TELL = text(
    f"INSERT INTO {OWN}.trees AS t (source, problem) VALUES (:source, :problem)"
    " ON CONFLICT (source) DO UPDATE SET problem = excluded.problem, since = now()"
    " WHERE t.problem IS DISTINCT FROM excluded.problem"
)


class Contradiction(Exception):  # noqa: N818 - said to people, with the remedy
    """The store is not what was signed: nothing more is signed, and commands are refused."""


class Scribe:
    """Belongs to one thread, as its log does; another may do the same work at the same time."""

    def __init__(
        self,
        engine: Engine,
        log: Log,
        settings: Settings,
        source: str,
        clock: Clock = system_clock,
    ) -> None:
        self._engine, self._log, self._settings, self._source = engine, log, settings, source
        self._clock = clock
        self._silence = timedelta(seconds=settings.evidence_silence_seconds)
        self._checked = False

    def run(self, stop: threading.Event) -> None:
        """Work until `stop`; what hinders it is written down where the services see it."""
        try:
            while not stop.is_set():
                if not self.turn():
                    stop.wait(self._settings.evidence_seconds)
        finally:
            self._log.close()

    def turn(self) -> bool:
        """Take what is new, sign and publish when that is due; say whether there is more."""
        try:
            more = self._write()
        except (NoKey, TreeGap, Contradiction) as problem:
            self._checked = False
            self._tell(f"{type(problem).__name__}: {problem}")
            return False
        except SQLAlchemyError as problem:
            self._checked = False
            _LOG.warning("evidence_waits", source=self._source, error=type(problem).__name__)
            return False
        self._tell(None)
        return more or self._publish()

    def _write(self) -> bool:
        signers(self._settings, self._source)  # without a key there is no use in going on
        if not self._checked:
            self._check()
            self._checked = True
        with self._engine.begin() as connection:
            tree = self._tree(connection)
            size = tree.lock()
            grown = tree.extend(size, _ALL)
            if grown > size:
                return True
            self._sign(connection, tree, size)
        return False

    def _check(self) -> None:
        """Compare the whole store with what was signed last, once for every start."""
        with self._engine.begin() as connection:
            tree, last = self._tree(connection), self._last(connection)
            size = tree.size  # before the head, which only grows
            head = int(connection.execute(_HEAD).scalar_one())
            signed = read_checkpoint(read_note(last.note).text) if last is not None else None
        if head < size:
            raise Contradiction(
                f"kho chỉ còn {head} sự kiện, nhật ký Merkle có {size}; chạy `giamngheo recover` / "
                f"the store holds {head} events, the Merkle log {size}; run `giamngheo recover`"
            )
        if signed is None or signed.size == 0:
            return
        with self._engine.connect() as connection:
            # every read is a transaction of its own: this may take longer than one is let
            plain = connection.execution_options(isolation_level="AUTOCOMMIT")
            found = full_root(leaves_of_store(plain), signed.size)
        if found != signed.root:
            raise Contradiction(
                f"{signed.size} sự kiện đầu không còn như đã ký lúc {signed.at:%Y-%m-%d %H:%M} / "
                f"the first {signed.size} events are not what was signed then; nothing is signed "
                "until they are: `giamngheo doctor`"
            )

    def _sign(self, connection: Connection, tree: Tree, size: int) -> None:
        last, now = self._last(connection), self._clock().replace(microsecond=0)
        if size == 0 or (last is not None and not self._is_due(last, size, now)):
            return
        name = origin(self._settings, self._source)
        said = Checkpoint(name, size, tree.root(size), tree.heads_root(), now)
        keys = signers(self._settings, self._source)
        connection.execute(
            _KEEP,
            {
                "source": self._source,
                "number": 1 if last is None else last.number + 1,
                "size": size,
                "note": str(sign(said.text, keys)),
                "vkey": keys[0].verifier.vkey,
                "signed_at": now,
            },
        )

    def _is_due(self, last: Row[tuple[int, int, str, datetime]], size: int, now: datetime) -> bool:
        signed: datetime = last.signed_at
        return last.size < size or now - signed >= self._silence

    def _publish(self) -> bool:
        """Put on the topic what is not yet there; twice does no harm."""
        bound = {"source": self._source}
        try:
            with self._engine.begin() as connection:
                rows = connection.execute(_UNPUBLISHED, bound).all()
            if not rows:
                return False
            topic = self._settings.checkpoints_topic
            self._log.publish([outgoing(topic, self._source, *row) for row in rows])
            with self._engine.begin() as connection:
                connection.execute(_PUBLISHED, {**bound, "number": rows[-1].number})
        except LogError as problem:
            self._log.reopen()
            _LOG.warning("checkpoints_wait", source=self._source, problem=str(problem))
            return False
        except SQLAlchemyError as problem:
            _LOG.warning("evidence_waits", source=self._source, error=type(problem).__name__)
            return False
        return len(rows) == PUBLISH_AT_ONCE

    def _tree(self, connection: Connection) -> Tree:
        return Tree(connection, OWN, self._source, leaves_of_store(connection))

    def _last(self, connection: Connection) -> Row[tuple[int, int, str, datetime]] | None:
        return connection.execute(_LAST, {"source": self._source}).one_or_none()

    def _tell(self, problem: str | None) -> None:
        if problem is not None:
            _LOG.error("evidence_refused", source=self._source, problem=problem)
        try:
            with self._engine.begin() as connection:
                connection.execute(_TELL, {"source": self._source, "problem": problem})
        except SQLAlchemyError as failed:
            _LOG.warning("evidence_waits", source=self._source, error=type(failed).__name__)
