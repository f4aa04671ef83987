"""The rows of the views: refolds after one event, memory.

Each for two histories: households made up so that nearly everything is found of them, and
households of the synthetic province, of which little is.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from itertools import islice
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import UUID

import psycopg
from sqlalchemy import Engine, text

from bench.reporting import as_projector, journalled, province
from bench.row import Row
from cli.score import read_event
from deploy.bundled import postgres
from services.reporting.projections.step import Projection
from services.reporting.queries.scoring import watched
from shared.log.embedded import EmbeddedLog
from shared.migrate import folder, migrate_one
from shared.projector import journal
from shared.recorded import Recorded
from simulation.making import EVENTS, make
from simulation.plan import Plan, plants, years
from tests.support.projecting import PARTITIONS, database, drain, projector, publish, topics

MADE_UP = "made-up households, 40 findings each"
SYNTHETIC = "households of the synthetic province"
HOUSEHOLDS = 1_000
REFOLDS = 300
BATCH = 20
AT_ONCE = 500
SHORT, LONG = 5_000, 30_000
MOST = 400
"""MiB that a projector may take."""

Timed = tuple[float, float]
"""Seconds by the clock, and of them this process's own processor time."""


def rows() -> list[Row]:
    """Measure both histories, then the memory of a projector."""
    found: list[Row] = []
    for name, recorded in ((MADE_UP, province(HOUSEHOLDS, 30)), (SYNTHETIC, synthetic())):
        found += refolds(name, recorded)
    return [*found, memory()]


def synthetic() -> list[Recorded]:
    """Give the events of a synthetic province."""
    plan = Plan(households=HOUSEHOLDS, years=years("2021-2026"), seed=1, plants=plants())
    with TemporaryDirectory() as place:
        make(plan, Path(place), watched)
        with (Path(place) / EVENTS).open("rb") as lines:
            return [read_event(line) for line in lines]


def refolds(name: str, recorded: Sequence[Recorded]) -> list[Row]:
    """Everything but the last event of each household is in the views; then that comes too."""
    last = {each.meta.key: each for each in recorded}
    coming = [each for each in last.values() if each.meta.version > 1][: 2 * REFOLDS]
    left_out = {each.meta.event_id for each in coming}
    with journalled([each for each in recorded if each.meta.event_id not in left_out]) as engine:
        fold(engine, list(last))
        with engine.connect() as connection:
            alone = connection.execution_options(isolation_level="AUTOCOMMIT")
            alone.execute(text("VACUUM ANALYZE"))
        worker = as_projector(engine)
        one = timed(lambda: arrive(worker, coming[:REFOLDS], 1))
        many = timed(lambda: arrive(worker, coming[REFOLDS:], BATCH))
        worker.dispose()
    ours, own = (len(coming) - REFOLDS) / many[0], many[1] / (len(coming) - REFOLDS) * 1e6
    return [
        Row(
            what=f"live refold after one event, committed, one worker: {name}",
            ours=ours,
            unit="/s",
            goal=">= 800/s",
            reached=ours >= 800,
            note=f"{BATCH} households a transaction, {own:.0f} µs of the worker's processor each;"
            f" with one a transaction: {REFOLDS / one[0]:,.0f}/s, {one[1] / REFOLDS * 1e6:.0f} µs",
        )
    ]


def fold(engine: Engine, keys: Sequence[UUID]) -> None:
    """Have these keys in the views."""
    projection = Projection(PARTITIONS)
    for start in range(0, len(keys), AT_ONCE):
        with engine.begin() as connection:
            projection.step(connection, list(keys[start : start + AT_ONCE]), [])


def arrive(engine: Engine, coming: Sequence[Recorded], at_once: int) -> None:
    """Do what a worker does with new events, but for reading them from the log."""
    projection, rest = Projection(PARTITIONS), iter(coming)
    while some := list(islice(rest, at_once)):
        with engine.begin() as connection:
            journal.append(connection, some)
            projection.step(connection, [each.meta.key for each in some], some)


def timed(work: Callable[[], object]) -> Timed:
    """Do it once."""
    started, own = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - started, time.process_time() - own


@contextmanager
def filled(recorded: Sequence[Recorded]) -> Iterator[tuple[str, str]]:
    """Give the addresses of a log with these events and of an empty database of reporting."""
    with TemporaryDirectory() as place:
        Path(place).chmod(0o755)  # the server runs as another user
        server = postgres.start(Path(place) / "postgres")
        database(server.url()).dispose()
        with psycopg.connect(server.url(), autocommit=True) as connection:
            connection.execute("CREATE DATABASE topics")
        log_url = server.url("topics")
        migrate_one(log_url, folder("log"))
        log = EmbeddedLog(log_url)
        log.ensure_topics(topics().values(), PARTITIONS)
        publish(log, recorded)
        log.close()
        yield log_url, server.url()
        server.stop()


def peak(log_url: str, url: str) -> float:
    """Read a whole log into the views, in this process; give the most memory it ever had."""
    log, engine = EmbeddedLog(log_url), database(url)
    drain(projector(engine, log))
    log.close()
    engine.dispose()
    # not getrusage: what it gives is also the peak of the process that this one was split off
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


def memory() -> Row:
    """The memory of a projector must not grow with what it has read."""
    recorded = province(LONG // 30, 30)
    found: list[float] = []
    for events in (SHORT, LONG):
        with (
            filled(recorded[:events]) as (log_url, url),
            ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool,
        ):
            found.append(pool.submit(peak, log_url, url).result())
    return Row(
        what=f"memory of a projector that has read {LONG:,} events (peak resident)",
        ours=found[1],
        unit="MiB",
        goal=f"<= {MOST} MiB",
        reached=found[1] <= MOST,
        note=f"after {SHORT:,} events: {found[0]:.0f} MiB",
    )
