"""An event as it stands in a store: the fact, who recorded it, when, and its place."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec


class Actor(msgspec.Struct, frozen=True, kw_only=True):
    """Who did it, as the token said: never a name."""

    sub: str
    roles: tuple[str, ...] = ()
    related: tuple[UUID, ...] = ()


class Meta(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
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


@dataclass(frozen=True, slots=True)
class Recorded:
    """One event of a store, decoded. `position` is None until the sequencer has placed it.

    `data` and `meta_bytes` are the canonical bytes that `digest` (32 bytes) covers.
    """

    meta: Meta
    event: Any
    data: bytes = field(repr=False)
    meta_bytes: bytes = field(repr=False)
    digest: bytes = field(repr=False)
    position: int | None = None

    @property
    def order(self) -> tuple[date, datetime, str, int, int]:
        """Sort facts as the rules do: by date, recording, source, position."""
        meta = self.meta
        return (meta.occurred_on, meta.recorded_at, meta.source, self.position or 0, meta.version)
