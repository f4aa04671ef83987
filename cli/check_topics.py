"""Whether each store and its topic still agree, for `doctor` (guarantee G13)."""

from __future__ import annotations

from collections.abc import Iterator

from cli.checks import Line
from shared.codec import Registry
from shared.database import engine
from shared.log import open_log
from shared.log.port import LogError
from shared.mover.agreement import Disagreement, check
from shared.settings import SERVICES, Settings
from shared.store.port import StoreUnavailable
from shared.store.postgres import PostgresStore


def agreements(settings: Settings) -> Iterator[Line]:
    """Compare the ends of each topic with its store; a disagreement names the events."""
    log = open_log(settings)
    try:
        for name in SERVICES:
            connects = engine(settings.databases[name], pool_size=1)
            try:
                store = PostgresStore(connects, Registry(name, ()))
                check(store, log, settings.topic(name), settings.partitions)
                yield Line(f"{name}: kho = nhật ký / store = log", "khớp / they agree")
            except (Disagreement, LogError, StoreUnavailable) as problem:
                yield Line(f"{name}: kho ≠ nhật ký / store, log", str(problem), well=False)
            finally:
                connects.dispose()
    finally:
        log.close()
