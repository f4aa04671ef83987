"""Events of a made-up service, as a relay would hand them over."""

from datetime import UTC, date, datetime
from uuid import UUID

import msgspec

from shared.codec import GENESIS, Registry, canonical, chain
from shared.event import event
from shared.ids import named
from shared.log.port import Outgoing
from shared.recorded import Actor, Meta

DAY = date(2025, 3, 3)
NOON = datetime(2025, 3, 3, 5, tzinfo=UTC)


@event("CaseNoted")
class CaseNoted:
    """Something was written down about a household."""

    household_id: UUID
    note: str
    occurred_on: date


def registry(source: str = "households") -> Registry:
    return Registry(source, (CaseNoted,))


def household(number: int) -> UUID:
    return named(f"household-{number}")


class Source:
    """A store's worth of positions: makes events whose streams are chained."""

    def __init__(self, source: str = "households", prefix: str = "") -> None:
        self.source, self.topic = source, f"{prefix}{source}.events"
        self.position = 0
        self._streams: dict[str, tuple[int, bytes]] = {}

    def event(
        self, key: UUID, note: str = "a note", *, type_: str = "CaseNoted", data: bytes = b""
    ) -> Outgoing:
        self.position += 1
        stream = f"household-{key}"
        version, previous = self._streams.get(stream, (0, GENESIS))
        fact = CaseNoted(household_id=key, note=note, occurred_on=DAY)
        content = data or canonical(fact)
        meta = canonical(
            Meta(
                source=self.source,
                stream_id=stream,
                version=version + 1,
                event_id=named(f"{self.source}-{self.position}"),
                type=type_,
                schema_version=1,
                key=key,
                occurred_on=DAY,
                recorded_at=NOON,
                actor=Actor(sub="officer"),
            )
        )
        digest = chain(previous, meta, content)
        self._streams[stream] = (version + 1, digest)
        return Outgoing(
            topic=self.topic,
            key=key,
            position=self.position,
            meta=meta,
            data=content,
            digest=digest,
        )

    def events(self, count: int, households: int = 5) -> list[Outgoing]:
        return [self.event(household(n % households), f"note {n}") for n in range(count)]


def note_of(data: bytes) -> str:
    return str(msgspec.json.decode(data)["note"])
