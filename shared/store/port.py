"""What a service asks of its event store, whichever adapter keeps the events."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import Connection

from shared.codec import Registry
from shared.recorded import Actor, Recorded


class VersionConflict(Exception):  # noqa: N818 - not a failure: load again and decide anew
    """The stream moved on since it was read; nothing was appended."""


class IdTaken(Exception):  # noqa: N818 - not a failure: the handler looks up who made it
    """An id that a command wants to make is already there; nothing was appended."""

    def __init__(self, taken: UUID) -> None:
        super().__init__(str(taken))
        self.id = taken


class StoreUnavailable(Exception):  # noqa: N818 - an outage, said as such: 503
    """The store cannot be reached, or ended the transaction; nothing was appended."""


@dataclass(frozen=True, slots=True)
class NewEvent:
    """A fact about to be appended, under the id that the shell made for it."""

    event_id: UUID
    event: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """Who recorded it, when, and why."""

    actor: Actor
    recorded_at: datetime
    correlation_id: UUID | None = None
    causation_id: UUID | None = None
    traceparent: str | None = None
    origin: str | None = None
    loaded_at: datetime | None = None
    loaded_by: str | None = None


@dataclass(frozen=True, slots=True)
class CommandMark:
    """What a repeated command is known by; `key` is None without an Idempotency-Key."""

    key: bytes | None = field(repr=False)
    fingerprint: bytes = field(repr=False)
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class FoundCommand:
    """An accepted command: its events, from which its answer is rebuilt, and its marks."""

    events: list[Recorded]
    fingerprint: bytes | None = field(repr=False)
    content: bytes | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class Append:
    """One command's events for one stream; `mark` and `made_ids` go with the first of them."""

    stream_id: str
    expected_version: int
    events: Sequence[NewEvent]
    provenance: Provenance
    mark: CommandMark | None = None
    made_ids: Sequence[UUID] = ()


@dataclass(frozen=True, slots=True)
class RawEvent:
    """One positioned event as bytes, for those who pass it on unread."""

    position: int
    key: UUID
    meta: bytes = field(repr=False)
    data: bytes = field(repr=False)
    digest: bytes = field(repr=False)
    mark: bytes = field(default=b"", repr=False)


Histories = Mapping[str, Sequence[Recorded]]
"""Streams as they were read, from their beginning."""


class StoreTransaction(Protocol):
    """All of a command or none of it.

    After VersionConflict or IdTaken the work since the last savepoint must be rolled back.
    """

    @property
    def connection(self) -> Connection | None:
        """The same transaction, for the service's own tables; None where there are none."""

    def try_lock(self, key: bytes) -> bool:
        """Take `key` until the end of the transaction, or say at once that another holds it."""

    def open_command(
        self, key: bytes, stream_id: str
    ) -> tuple[bool, FoundCommand | None, list[Recorded]]:
        """Lock a key; in a later statement look it up and read the stream.

        The same as `try_lock`, `find_command` and `read`; without the lock the rest means nothing.
        """

    def find_command(self, key: bytes) -> FoundCommand | None:
        """Give the accepted command of an idempotency key."""

    def find_made(self, made: UUID) -> FoundCommand | None:
        """Give the accepted command that made an id."""

    def find_commands(self, keys: Sequence[bytes]) -> dict[bytes, FoundCommand]:
        """Give the accepted commands of many idempotency keys at once."""

    def read(self, stream_id: str) -> list[Recorded]:
        """Give a stream's events, oldest first, without positions."""

    def read_all(
        self, stream_ids: Sequence[str], known: Histories | None = None
    ) -> dict[str, list[Recorded]]:
        """Give many streams at once; an empty list for one that does not exist.

        Of those `known` from before only what came since is read; nothing in a stream changes.
        """

    def append(
        self,
        stream_id: str,
        expected_version: int,
        events: Sequence[NewEvent],
        provenance: Provenance,
        mark: CommandMark | None = None,
        made_ids: Sequence[UUID] = (),
    ) -> list[Recorded]:
        """Add a command's events after `expected_version`; VersionConflict or IdTaken if not.

        No event, nothing done. `recorded_at` is never before the last of the stream.
        """

    def append_all(self, commands: Sequence[Append]) -> list[list[Recorded]]:
        """Add many commands' events, in order, all or none; several may share a stream."""

    def savepoint(self) -> AbstractContextManager[None]:
        """Undo what was done inside if it ends with an exception."""


class EventStore(Protocol):
    """The events of one service."""

    @property
    def source(self) -> str:
        """The service whose events these are."""

    @property
    def registry(self) -> Registry:
        """The events that may be here."""

    def transaction(self) -> AbstractContextManager[StoreTransaction]:
        """Begin; commit at the end, or roll back on an exception; StoreUnavailable."""

    def read_stream(self, stream_id: str) -> list[Recorded]:
        """Give a stream's events, oldest first, with the positions they have so far."""

    def read_log(self, after: int, limit: int) -> list[Recorded]:
        """Give positioned events above `after`, in order."""

    def read_raw(self, after: int, limit: int) -> list[RawEvent]:
        """Give the same as bytes."""

    def head(self) -> int:
        """Give the last position, 0 if there is none."""
