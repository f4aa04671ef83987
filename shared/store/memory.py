"""The event store in memory, for property tests: one transaction at a time, no tables."""

import threading
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from uuid import UUID

from msgspec.structs import replace
from sqlalchemy import Connection

from shared.codec import Registry
from shared.recorded import Recorded
from shared.store.port import (
    Append,
    CommandMark,
    FoundCommand,
    Histories,
    IdTaken,
    NewEvent,
    Provenance,
    RawEvent,
    VersionConflict,
)
from shared.store.prepare import prepare, tail_of


@dataclass(slots=True)
class _State:
    log: list[Recorded] = field(default_factory=list)
    streams: dict[str, list[Recorded]] = field(default_factory=lambda: defaultdict(list))
    event_ids: set[UUID] = field(default_factory=set)
    by_key: dict[bytes, FoundCommand] = field(default_factory=dict)
    by_made: dict[UUID, FoundCommand] = field(default_factory=dict)

    def copy(self) -> "_State":
        streams: dict[str, list[Recorded]] = defaultdict(list)
        streams.update({name: list(events) for name, events in self.streams.items()})
        return _State(
            list(self.log), streams, set(self.event_ids), dict(self.by_key), dict(self.by_made)
        )


class MemoryTransaction:
    """A transaction on a copy that replaces the store's state at its end."""

    def __init__(self, source: str, state: _State) -> None:
        self._source = source
        self.state = state

    @property
    def connection(self) -> Connection | None:
        """There are no tables."""
        return None

    def try_lock(self, key: bytes) -> bool:  # noqa: ARG002 - transactions take turns
        """Succeed: no other transaction runs."""
        return True

    def open_command(
        self, key: bytes, stream_id: str
    ) -> tuple[bool, FoundCommand | None, list[Recorded]]:
        """Look a key up and read the stream."""
        return True, self.find_command(key), self.read(stream_id)

    def find_command(self, key: bytes) -> FoundCommand | None:
        """Give the accepted command of an idempotency key."""
        return self.state.by_key.get(key)

    def find_made(self, made: UUID) -> FoundCommand | None:
        """Give the accepted command that made an id."""
        return self.state.by_made.get(made)

    def find_commands(self, keys: Sequence[bytes]) -> dict[bytes, FoundCommand]:
        """Give the accepted commands of many idempotency keys at once."""
        return {key: self.state.by_key[key] for key in keys if key in self.state.by_key}

    def read(self, stream_id: str) -> list[Recorded]:
        """Give a stream's events, oldest first, without positions."""
        return [replace(each, position=None) for each in self.state.streams.get(stream_id, ())]

    def read_all(
        self,
        stream_ids: Sequence[str],
        known: Histories | None = None,  # noqa: ARG002 - reading here costs nothing
    ) -> dict[str, list[Recorded]]:
        """Give many streams at once; an empty list for one that does not exist."""
        return {stream_id: self.read(stream_id) for stream_id in stream_ids}

    def append(
        self,
        stream_id: str,
        expected_version: int,
        events: Sequence[NewEvent],
        provenance: Provenance,
        mark: CommandMark | None = None,
        made_ids: Sequence[UUID] = (),
    ) -> list[Recorded]:
        """Add a command's events after `expected_version`; VersionConflict or IdTaken if not."""
        if not events:
            return []
        history = self.state.streams.get(stream_id, [])
        if len(history) != expected_version or (mark and mark.key in self.state.by_key):
            raise VersionConflict(stream_id)
        self._refuse_taken(events, made_ids)
        recorded = prepare(self._source, stream_id, tail_of(history), events, provenance)
        start = len(self.state.log) + 1
        placed = [replace(each, position=start + n) for n, each in enumerate(recorded)]
        self.state.log.extend(placed)
        self.state.streams[stream_id].extend(placed)
        self.state.event_ids.update(new.event_id for new in events)
        found = FoundCommand(
            recorded, mark.fingerprint if mark else None, mark.content if mark else None
        )
        if mark and mark.key is not None:
            self.state.by_key[mark.key] = found
        self.state.by_made.update(dict.fromkeys(made_ids, found))
        return recorded

    def _refuse_taken(self, events: Sequence[NewEvent], made_ids: Sequence[UUID]) -> None:
        made: set[UUID] = set()
        for each in made_ids:
            if each in self.state.by_made or each in made:
                raise IdTaken(each)
            made.add(each)
        ids: set[UUID] = set()
        for new in events:
            if new.event_id in self.state.event_ids or new.event_id in ids:
                raise IdTaken(new.event_id)
            ids.add(new.event_id)

    def append_all(self, commands: Sequence[Append]) -> list[list[Recorded]]:
        """Add many commands' events, in order, all or none; several may share a stream."""
        return [
            self.append(
                each.stream_id,
                each.expected_version,
                each.events,
                each.provenance,
                each.mark,
                each.made_ids,
            )
            for each in commands
        ]

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """Undo what was done inside if it ends with an exception."""
        before = self.state.copy()
        try:
            yield
        except BaseException:
            self.state = before
            raise


class MemoryStore:
    """Events in memory, positioned as they are committed."""

    def __init__(self, registry: Registry) -> None:
        self.registry = registry
        self.source = registry.source
        self._state = _State()
        self._turn = threading.Lock()

    @contextmanager
    def transaction(self) -> Iterator[MemoryTransaction]:
        """Begin; commit at the end, or roll back on an exception."""
        with self._turn:
            transaction = MemoryTransaction(self.source, self._state.copy())
            yield transaction
            self._state = transaction.state

    def read_stream(self, stream_id: str) -> list[Recorded]:
        """Give a stream's events, oldest first, with their positions."""
        return list(self._state.streams.get(stream_id, ()))

    def read_log(self, after: int, limit: int) -> list[Recorded]:
        """Give positioned events above `after`, in order."""
        return self._state.log[after : after + limit]

    def read_raw(self, after: int, limit: int) -> list[RawEvent]:
        """Give the same as bytes."""
        return [
            RawEvent(each.position or 0, each.meta.key, each.meta_bytes, each.data, each.digest)
            for each in self.read_log(after, limit)
        ]

    def head(self) -> int:
        """Give the last position, 0 if there is none."""
        return len(self._state.log)
