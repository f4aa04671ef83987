"""An event as it stands in a store: the fact, who recorded it, when, and its place."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec

# gc=False: nothing here can be part of a cycle, and reading the log makes very many of them


class Actor(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Who did it, as the token said: never a name."""

    sub: str
    roles: tuple[str, ...] = ()
    related: tuple[UUID, ...] = ()


class Meta(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """Everything about an event but its content and its position; hashed with it."""

    source: str
    stream_id: str
    version: int
    event_id: UUID
    type: str
    schema_version: int
    key: UUID
    occurred_on: date
    recorded_at: datetime
    actor: Actor
    correlation_id: UUID | None = None
    causation_id: UUID | None = None
    traceparent: str | None = None
    origin: str | None = None
    loaded_at: datetime | None = None
    loaded_by: str | None = None


class Recorded(msgspec.Struct, frozen=True, gc=False):
    """One event of a store, decoded. `position` is None until the sequencer has placed it.

    `data` and `meta_bytes` are the canonical bytes that `digest` (32 bytes) covers.
    """

    meta: Meta
    event: Any
    data: bytes
    meta_bytes: bytes
    digest: bytes
    position: int | None = None

    def __repr__(self) -> str:
        return f"Recorded({self.meta!r}, {self.event!r}, position={self.position})"

    @property
    def order(self) -> tuple[date, datetime, str, int, int]:
        """Sort facts as the rules do: by date, recording, source, position."""
        meta = self.meta
        return (meta.occurred_on, meta.recorded_at, meta.source, self.position or 0, meta.version)
