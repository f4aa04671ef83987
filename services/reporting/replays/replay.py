"""A replay from beginning to end, in steps that a killed one is taken up again from."""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, Engine, text

from services.reporting.domain.sources import REGISTRIES
from services.reporting.projections.annual_views import recount
from services.reporting.projections.read_positions import Cut
from services.reporting.projections.tables import LIVE
from services.reporting.replays.asked import JOURNAL, KAFKA, STORES, Asked
from services.reporting.replays.checking import check
from services.reporting.replays.feeds import (
    Batch,
    Feed,
    Readable,
    Store,
    journal_feed,
    log_feed,
    store_feed,
)
from services.reporting.replays.folding import LIVE_SIDE, REPLAYED, fold_side
from services.reporting.replays.result import result
from services.reporting.replays.rows import keep_inside
from services.reporting.replays.snapshot import cut_of, make_cut
from services.reporting.replays.staging_load import take, take_beside
from services.reporting.replays.staging_schema import Scratch, sweep
from shared.clock import Clock, system_clock, today
from shared.database import engine as connect
from shared.jobs import queue
from shared.jobs.queue import Stopped, Work
from shared.log import open_log
from shared.settings import Settings
from shared.store.postgres import PostgresStore

WAIT_S = 0.2

Take = Callable[[Connection, Scratch, Batch, Cut], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """Where everything is: the topics, a way to the log, and the event stores."""

    topics: Mapping[str, str]
    partitions: int
    log: Callable[[], Readable]
    stores: Mapping[str, Store]
    clock: Clock = system_clock


def replay(settings: Settings, work: Work) -> dict[str, Any]:
    """Do the job over the databases and the log of the settings."""
    engines = {
        source: connect(settings.to_read(source), name="giamngheo replay", pool_size=1)
        for source in REGISTRIES
    }
    try:
        stores = {
            source: PostgresStore(engines[source], registry)
            for source, registry in REGISTRIES.items()
        }
        places = Places(
            topics=settings.topics,
            partitions=settings.partitions,
            log=lambda: open_log(settings),
            stores=stores,
        )
        return do(places, work)
    finally:
        for each in engines.values():
            each.dispose()


def do(places: Places, work: Work) -> dict[str, Any]:
    """Tell history again from a source and compare it with what is live."""
    day = today(places.clock)
    asked = Asked.of(work.job.asked).on(day)
    scratch, engine = Scratch(work.job.job_id), work.engine
    sweep(engine, _alive(engine))
    with _left_clean(scratch, work):
        tell_again(places, asked, scratch, work, day)
        return _compared(places, asked, scratch, work, day)


def tell_again(places: Places, asked: Asked, scratch: Scratch, work: Work, day: date) -> None:
    """Take everything into the scratch, check it and fold its views, going on where it was left."""
    engine = work.engine
    until = "infinity" if asked.known_at is None else asked.known_at.isoformat()
    beside_stores, folds_live = _beside(places, asked) == STORES, not asked.is_live
    scratch.make(engine, until, beside_stores=beside_stores, folds_live=folds_live)
    while not make_cut(engine, scratch, asked, places.topics, places.partitions, day):
        work.go_on(0, 0)
        if not recount(engine):
            time.sleep(WAIT_S)
    taken = _take_all(places, asked, scratch, work)
    _fold(places, asked, scratch, work, day, taken)


def _alive(engine: Engine) -> list[Any]:
    with engine.begin() as connection:
        return list(queue.waiting(connection))


@contextmanager
def _left_clean(scratch: Scratch, work: Work) -> Iterator[None]:
    """Leave nothing behind; but what another worker goes on with is left to it."""
    try:
        yield
    except Stopped:
        with work.engine.begin() as connection:
            now = queue.find(connection, work.job.job_id, work.job.kind)
        if now is None or now.cancelling or now.ended_at is not None:
            scratch.drop(work.engine)
        raise
    except Exception:
        scratch.drop(work.engine)
        raise
    scratch.drop(work.engine)


def _feed(places: Places, asked: Asked, engine: Engine) -> Feed:
    if asked.source == JOURNAL:
        return journal_feed(engine, places.topics)
    if asked.source == KAFKA:
        return log_feed(places.log, places.topics, places.partitions)
    return store_feed(places.stores)


def _beside(places: Places, asked: Asked) -> str:
    """Say what the events are compared with: the journal's own with those of the stores."""
    return STORES if asked.source == JOURNAL and places.stores else JOURNAL


def _take_all(places: Places, asked: Asked, scratch: Scratch, work: Work) -> int:
    with work.engine.begin() as connection:
        cut = cut_of(connection, scratch, places.partitions)
    total = _read(_feed(places, asked, work.engine), take, cut, scratch, work)
    beside = _beside(places, asked)
    if beside == STORES:
        _read(store_feed(places.stores), take_beside, cut, scratch, work)
    check(work.engine, scratch, cut, asked.source, beside)
    return total


def _read(feed: Feed, into: Take, cut: Cut, scratch: Scratch, work: Work) -> int:
    """Read a source to its end, going on where it was left; give how much there was."""
    name, part = into.__name__, len(work.parts())
    with work.engine.begin() as connection:
        token = scratch.noted(connection, f"{name} token")
        before = scratch.noted(connection, f"{name} done")
    if before is not None:
        return int(before)
    total = 0
    for batch in feed(token):
        with work.engine.begin() as connection:
            into(connection, scratch, batch, cut)
            scratch.note(connection, f"{name} token", batch.token)
        total = batch.total
        # the part holds nothing: it says that there was a step forward
        work.keep(part, b"", batch.done, 2 * total)
        part += 1
    with work.engine.begin() as connection:
        scratch.note(connection, f"{name} done", str(total))
    return total


def _fold(
    places: Places, asked: Asked, scratch: Scratch, work: Work, day: date, taken: int
) -> None:
    def go_on(number: int) -> None:
        work.go_on(min(taken + number, 2 * taken), 2 * taken)

    sides = [(scratch.schema, REPLAYED)]
    if not asked.is_live:
        sides.append((scratch.live, LIVE_SIDE))
    for schema, side in sides:
        fold_side(work.engine, scratch, schema, side, asked, places.partitions, day, go_on)


def _compared(
    places: Places, asked: Asked, scratch: Scratch, work: Work, day: date
) -> dict[str, Any]:
    live = LIVE if asked.is_live else scratch.live
    with work.engine.begin() as connection:
        cut = cut_of(connection, scratch, places.partitions)
        waiting = connection.execute(
            text(f"SELECT count(*) FROM {scratch.schema}.waiting")
        ).scalar_one()
        if not work.job.scope.everything:
            keep_inside(connection, scratch, live, work.job.scope, asked.valid_at or day)
        found = result(connection, scratch, live)
        # tried again after a crash it must find everything as it was
        connection.rollback()
    return {
        "source": asked.source,
        "beside": _beside(places, asked),
        **found,
        "as_of_position": cut.heads(),
        "waiting": waiting,
    }
