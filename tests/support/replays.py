"""Replays for tests: the same events in a journal, on a log and in four event stores."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from copy import deepcopy
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Engine, text

from services.reporting.domain.sources import REGISTRIES
from services.reporting.projections.annual_views import recount
from services.reporting.replays.asked import Asked
from services.reporting.replays.replay import Places, do, tell_again
from services.reporting.replays.staging_schema import Scratch
from services.reporting.tlog.copy import Copy
from shared.areas import Scope
from shared.clock import new_id
from shared.jobs import queue
from shared.jobs.queue import Work
from shared.log.memory import MemoryLog
from shared.mover.recover import recover
from shared.recorded import Recorded
from shared.settings import SERVICES
from shared.store.postgres import PostgresStore
from shared.store.schema import create_store
from tests.support import servers
from tests.support.facts import (
    LAST_SPRING,
    applied,
    day,
    disbursed,
    inspected,
    registered,
    target,
    uid,
)
from tests.support.jobs import work_off
from tests.support.notary import Notary, leaves_on
from tests.support.projecting import PARTITIONS, emptied, topics
from tests.support.reporting import SETTINGS, Reporting
from tests.support.servers import PostgresServer
from tests.support.store import engine_of

EVERYWHERE = Scope(frozenset(), everything=True)
Events = list[Recorded]
IN_STORE, IN_REPORTING = ("events", "positions"), ("journal", "views.findings")
NOON = datetime(2026, 6, 1, 5, tzinfo=UTC)

SOURCES = ("journal", "kafka", "stores")
OTHER = uid("elsewhere")
FACTS = (
    registered(LAST_SPRING),
    target(LAST_SPRING, year=2026),
    applied(on=LAST_SPRING),
    disbursed(account="h1:one"),
    inspected(day(5), wrong=20_000_000),
    registered(LAST_SPRING, "01891", OTHER),
    applied(on=LAST_SPRING, loan=uid("other loan"), home=OTHER),
    disbursed(paid=uid("other paid"), loan=uid("other loan"), home=OTHER, account="h1:one"),
)
"""Two households in two districts that share an account."""


@contextmanager
def lived(engine: Engine, server: PostgresServer, *facts: Any) -> Iterator[tuple[Replays, Events]]:
    """Let these facts happen, and have them in every source, in the views, and signed."""
    with empty_stores(server) as stores:
        emptied(engine)
        replays = Replays(Reporting.over(engine), stores)
        replays.open_stores()
        recorded = replays.reporting.record(*facts)
        recount(engine)
        replays.fill_stores()
        replays.sign()
        yield replays, recorded


@contextmanager
def empty_stores(server: PostgresServer) -> Iterator[dict[str, PostgresStore]]:
    """Four event stores, each in a database of its own."""
    with ExitStack() as stack:
        made: dict[str, PostgresStore] = {}
        for source, registry in REGISTRIES.items():
            url = stack.enter_context(servers.fresh_database(server))
            engine = stack.enter_context(engine_of(url))
            with engine.begin() as connection:
                create_store(_Operations(connection))
            made[source] = PostgresStore(engine, registry)
        yield made


@dataclass
class _Operations:
    connection: Any

    def execute(self, sqltext: str, /) -> None:
        self.connection.execute(text(sqltext))


@dataclass
class Replays:
    """A reporting service whose history is in three sources, and a way to tell it again."""

    reporting: Reporting
    stores: dict[str, PostgresStore]

    @property
    def engine(self) -> Engine:
        return self.reporting.engine

    @property
    def log(self) -> MemoryLog:
        return self.reporting.log

    def fill_stores(self) -> None:
        """Give the stores what the log holds, as a recovery does."""
        for source, store in self.stores.items():
            recover(store, self.log, topics()[source], PARTITIONS, ())

    def sign(self) -> None:
        """Have every service sign what it holds, and reporting compare and agree."""
        for source in SERVICES:
            notary = Notary(self.log, source)
            for size in range(1, len(leaves_on(self.log, source)) + 1):
                notary.signs(size)
        Copy(self.engine, self.log, SETTINGS).turn()

    def open_stores(self) -> None:
        """Empty the stores, and let everything be done to them from now on."""
        for store in self.stores.values():
            with store.engine.begin() as connection:
                for table in (*IN_STORE, "made_ids"):
                    connection.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
                    connection.execute(text(f"TRUNCATE {table}"))

    @contextmanager
    def put_back(self) -> Iterator[None]:
        """Have the three sources afterwards as they are now."""
        topics_now = deepcopy(self.log.topics)
        tables = [(store.engine, IN_STORE) for store in self.stores.values()]
        for engine, names in (*tables, (self.engine, IN_REPORTING)):
            with engine.begin() as connection:
                for name in names:
                    kept = f"kept_{name.replace('.', '_')}"
                    connection.execute(text(f"CREATE UNLOGGED TABLE {kept} AS TABLE {name}"))
        yield
        self.log.topics = topics_now
        for engine, names in (*tables, (self.engine, IN_REPORTING)):
            with engine.begin() as connection:
                for name in names:
                    kept = f"kept_{name.replace('.', '_')}"
                    connection.execute(text(f"TRUNCATE {name}"))
                    again = f"INSERT INTO {name} OVERRIDING SYSTEM VALUE SELECT * FROM {kept}"
                    connection.execute(text(again))
                    connection.execute(text(f"DROP TABLE {kept}"))

    def run(self, source: str, scope: Scope | None = None, **times: str) -> dict[str, Any]:
        """Ask for a replay and do it; give its result."""
        asked = {"source": source, "valid_at": None, "known_at": None, "rules_at": None} | times
        job_id = new_id(lambda: NOON)
        within = scope or EVERYWHERE
        with self.engine.begin() as connection:
            queue.ask(connection, job_id, "replay", asked, within, "auditor-1")
        work_off(self.engine, {"replay": self.do})
        with self.engine.begin() as connection:
            job = queue.find(connection, job_id, "replay")
        assert job is not None
        assert job.status == "done", (job.status, job.problem)
        assert job.result is not None
        return job.result

    def told_again(self, source: str, day: date, **times: Any) -> set[str]:
        """Do all of a replay but the comparison; give the findings that it shows on a day."""
        asked, job_id = Asked(source=source, **times), new_id(lambda: NOON)
        scratch = Scratch(job_id)
        with self.engine.begin() as connection:
            queue.ask(connection, job_id, "replay", asked.kept(), EVERYWHERE, "auditor-1")
            job = queue.claim(connection, job_id)
        assert job is not None
        tell_again(self.places, asked, scratch, Work(self.engine, job, lambda: False), day)
        with self.engine.begin() as connection:
            shown = connection.execute(
                text(
                    f"SELECT finding_id::text FROM {scratch.schema}.findings"
                    " WHERE from_on <= :day AND (until_on IS NULL OR :day < until_on)"
                ),
                {"day": day},
            )
            found = set(shown.scalars())
            queue.end(connection, job, "done")
        scratch.drop(self.engine)
        return found

    def do(self, work: Work) -> dict[str, Any]:
        return do(self.places, work)

    @property
    def places(self) -> Places:
        return Places(
            topics=topics(),
            partitions=PARTITIONS,
            log=lambda: self.log,
            stores=self.stores,
            clock=lambda: NOON,
        )
