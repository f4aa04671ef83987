"""How new events become recorded ones: version, time, canonical bytes and the link to the last."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from shared.codec import GENESIS, canonical, chain
from shared.event import event_type, key_of, occurred_on
from shared.recorded import Meta, Recorded
from shared.store.port import NewEvent, Provenance

_BEFORE_ALL = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Tail:
    """The last event of a stream, as far as the next one depends on it."""

    version: int = 0
    digest: bytes = GENESIS
    recorded_at: datetime = _BEFORE_ALL


def tail_of(history: Sequence[Recorded]) -> Tail:
    """Give the tail of a stream read from its beginning."""
    if not history:
        return Tail()
    last = history[-1]
    return Tail(last.meta.version, last.digest, last.meta.recorded_at)


def prepare(
    source: str, stream_id: str, tail: Tail, events: Sequence[NewEvent], provenance: Provenance
) -> list[Recorded]:
    """Give the recorded form of a command's events after the tail of their stream."""
    recorded_at = max(provenance.recorded_at, tail.recorded_at)
    previous = tail.digest
    prepared = []
    for version, new in enumerate(events, tail.version + 1):
        declared = event_type(new.event)
        meta = Meta(
            source=source,
            stream_id=stream_id,
            version=version,
            event_id=new.event_id,
            type=declared.name,
            schema_version=declared.version,
            key=key_of(new.event),
            occurred_on=occurred_on(new.event),
            recorded_at=recorded_at,
            actor=provenance.actor,
            correlation_id=provenance.correlation_id,
            causation_id=provenance.causation_id,
            traceparent=provenance.traceparent,
            origin=provenance.origin,
            loaded_at=provenance.loaded_at,
            loaded_by=provenance.loaded_by,
        )
        meta_bytes, data = canonical(meta), canonical(new.event)
        previous = chain(previous, meta_bytes, data)
        prepared.append(Recorded(meta, new.event, data, meta_bytes, previous))
    return prepared
