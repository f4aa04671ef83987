"""Reporting's projector for tests: events onto a log, views out of a database."""

from collections.abc import Iterable, Sequence

from sqlalchemy import Engine, text

from services.reporting.domain.rulebook import rulebook_on
from services.reporting.domain.sources import REGISTRIES
from services.reporting.projections.step import Projection
from services.reporting.projections.tables import LIVE
from shared.clock import today
from shared.database import engine as connect
from shared.log.memory import MemoryLog
from shared.log.port import Log, Outgoing
from shared.migrate import folder, migrate_one
from shared.projector.loop import Consumer
from shared.recorded import Recorded

PARTITIONS = 4
TABLES = {
    "about": "version",
    "dossiers": "key",
    "residences": "key, from_on",
    "figures": "key, from_on",
    "findings": "finding_id, from_on",
    "contributions": "kind, subject, event_id",
    "subjects": "kind, subject",
}
Bytes = dict[str, list[tuple[object, ...]]]


def topics(prefix: str = "") -> dict[str, str]:
    return {source: f"{prefix}{source}.events" for source in REGISTRIES}


def memory_log() -> MemoryLog:
    log = MemoryLog()
    log.ensure_topics(topics().values(), PARTITIONS)
    return log


def database(url: str) -> Engine:
    migrate_one(url, folder("reporting"))
    return connect(url, transaction_seconds=0)


def emptied(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(
            text(
                "TRUNCATE journal, consumed, held, held_keys, views.dossiers, views.residences,"
                " views.figures, views.findings, views.contributions, views.subjects,"
                " views.digests, views.recounts, views.counted"
            )
        )
    ruled(engine)


def ruled(engine: Engine) -> None:
    """Have empty views be those of the rulebook in force."""
    with engine.begin() as connection:
        book = rulebook_on(today()).digest
        connection.execute(text("UPDATE views.about SET rulebook = :book"), {"book": book})


def outgoing(recorded: Recorded, prefix: str = "") -> Outgoing:
    return Outgoing(
        topic=topics(prefix)[recorded.meta.source],
        key=recorded.meta.key,
        position=recorded.position or 0,
        meta=recorded.meta_bytes,
        data=recorded.data,
        digest=recorded.digest,
    )


def publish(log: Log, recorded: Iterable[Recorded], prefix: str = "") -> None:
    log.publish([outgoing(each, prefix) for each in recorded])


def projector(
    engine: Engine, log: Log, lanes: Sequence[int] = range(PARTITIONS), batch: int = 500
) -> Consumer:
    step = Projection(PARTITIONS).step
    return Consumer(engine, log, topics(), REGISTRIES, step, lanes, batch_size=batch)


def drain(consumer: Consumer) -> None:
    while consumer.run_once():
        pass


def digest(engine: Engine) -> int:
    with engine.begin() as connection:
        return Projection(PARTITIONS).store.digest(connection)


def contents(engine: Engine, schema: str = LIVE) -> Bytes:
    """Every row of the views, byte for byte; subjects without findings are as good as none."""
    found: Bytes = {}
    with engine.begin() as connection:
        for table, order in TABLES.items():
            where = " WHERE hash IS NOT NULL" if table == "subjects" else ""
            columns = "*" if table != "dossiers" else "key, hash"
            rows = connection.execute(
                text(f"SELECT {columns} FROM {schema}.{table}{where} ORDER BY {order}")
            )
            found[table] = [tuple(row) for row in rows]
    return found
