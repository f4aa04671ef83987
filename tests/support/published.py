"""Facts of one service on a log, as its mover would have brought them there."""

from contextlib import closing
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import Engine

from shared.codec import Registry
from shared.event import key_of
from shared.log.memory import MemoryLog
from shared.log.port import Outgoing
from shared.projector.loop import Consumer
from shared.service import Service
from shared.store.memory import MemoryStore
from shared.store.port import NewEvent, Provenance
from tests.support.given import OFFICER


def published(registry: Registry, stream: str, *facts: Any) -> MemoryLog:
    """Give a log of one lane with the facts of one stream, `household-` and the like."""
    store = MemoryStore(registry)
    provenance = Provenance(actor=OFFICER, recorded_at=datetime.now(UTC))
    new = [NewEvent(uuid4(), fact) for fact in facts]
    with store.transaction() as transaction:
        transaction.append(f"{stream}-{key_of(facts[0])}", 0, new, provenance)
    topic = f"{registry.source}.events"
    log = MemoryLog()
    log.ensure_topics([topic], 1)
    log.publish(
        [
            Outgoing(
                topic=topic,
                key=raw.key,
                position=raw.position,
                meta=raw.meta,
                data=raw.data,
                digest=raw.digest,
            )
            for raw in store.read_raw(0, len(facts))
        ]
    )
    return log


def consume(engine: Engine, log: MemoryLog, service: Service) -> None:
    """Let a service read such a log to its end."""
    assert service.project is not None
    topics = {source: f"{source}.events" for source in service.consumes}
    with closing(
        Consumer(engine, log, topics, service.consumes, service.project, range(1))
    ) as consumer:
        while consumer.run_once():
            pass
