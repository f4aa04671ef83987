"""Folding the journal for a rebuild, batch by batch, by one process or several.

Whose process is killed leaves whole batches behind, and the next one goes on after them.
"""

import gc
import os
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor, ThreadPoolExecutor, wait
from contextlib import closing, contextmanager
from itertools import islice
from multiprocessing import get_context
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Engine

from services.reporting.projections.inputs import Inputs, read_inputs
from services.reporting.projections.resuming import Claim, Far, claim, far, mark, take_back
from services.reporting.projections.rows import MODULUS, Rows
from services.reporting.projections.step import Projection
from services.reporting.projections.tables import NEXT
from services.reporting.rulebook import Rulebook
from services.reporting.sources import REGISTRIES
from shared.database import engine as connect
from shared.projector.driver import driver
from shared.projector.journal import Share, scan_journal
from shared.recorded import Recorded

BATCH = 500
LOOK_EVERY_S = 0.5
SELDOM = 50_000
"""So many more objects than before must be there before Python looks for garbage."""

Told = Callable[[Far], None]
"""Called now and then with how far the rebuild is."""


class Orphaned(Exception):  # noqa: N818 - how a process notices that it works for nobody
    """The process that asked for this share is gone."""


class Asked(NamedTuple):
    """What one of several processes is asked to fold, and for whom."""

    url: str
    partitions: int
    share: Share
    parent: int
    book: Rulebook | None = None


def fold_all(engine: Engine, projection: Projection, workers: int, told: Told) -> None:
    """Fold what is not folded yet of the journal into the tables of the views."""
    if workers == 1:
        fold_share(engine, projection, Share(0, 1), lambda: told(far(engine)))
        return
    url = engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    asked = [
        Asked(
            url, projection.store.partitions, Share(number, workers), os.getpid(), projection.book
        )
        for number in range(workers)
    ]
    # spawned, not forked: connections and threads of this process must not be theirs too
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        waiting: set[Future[None]] = {pool.submit(work, each) for each in asked}
        try:
            while waiting:
                done, waiting = wait(waiting, timeout=LOOK_EVERY_S)
                for each in done:
                    each.result()
                told(far(engine))
        except BaseException:
            take_back(engine)  # the pool waits for its processes: they are to end at their batch
            raise


def work(asked: Asked) -> None:
    """Fold one share, in a process of its own, for as long as its asker lives."""
    own = connect(asked.url, name="giamngheo rebuild reporting", pool_size=2, transaction_seconds=0)

    def still_asked() -> None:
        if os.getppid() != asked.parent:
            raise Orphaned

    try:
        fold_share(
            own, Projection(asked.partitions, NEXT, book=asked.book), asked.share, still_asked
        )
    finally:
        own.dispose()


def fold_share(
    engine: Engine, projection: Projection, share: Share, between: Callable[[], None]
) -> None:
    """Fold the rest of a share as one moment has it; `between` is called before each batch.

    A batch is written while the next one is folded; of each the one before is there already.
    """
    with engine.begin() as writing:
        held = claim(writing, share.number)
    repeatable = engine.execution_options(isolation_level="REPEATABLE READ")
    with (
        repeatable.begin() as reading,
        # closed here and now: whoever closes it later does so in a transaction of others
        closing(scan_journal(reading, REGISTRIES, share, held.behind)) as histories,
        collecting_seldom(),
        ThreadPoolExecutor(1, "rebuild writes") as beside,
    ):
        inputs = read_inputs(reading, REGISTRIES, projection.day)
        rows = _all_rows(histories, projection, inputs)
        written: Future[None] | None = None
        while batch := list(islice(rows, BATCH)):
            if written is not None:
                written.result()
            between()
            written = beside.submit(_write, engine, projection, held, batch, inputs)
        if written is not None:
            written.result()
        between()


@contextmanager
def collecting_seldom() -> Iterator[None]:
    """Look for cycles of garbage seldom: what is folded has none, and looking costs a tenth."""
    before = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(SELDOM, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()


def _write(
    engine: Engine, projection: Projection, held: Claim, batch: list[Rows], inputs: Inputs
) -> None:
    with engine.begin() as writing:
        mark(writing, held, batch[-1].key, len(batch))
        projection.store.write(writing, batch, inputs.version)


def sums(engine: Engine, projection: Projection) -> dict[int, int]:
    """Add up the hashes that the filled tables hold, by lane."""
    found: dict[int, int] = {}
    with engine.begin() as reading, driver(reading).cursor(name="sums", binary=True) as cursor:
        cursor.execute(f"SELECT key, hash FROM {NEXT}.dossiers".encode())
        for key, digest in cursor:
            lane = projection.store.lane_of(key)
            found[lane] = (found.get(lane, 0) + int.from_bytes(digest, "big")) % MODULUS
    return found


def _all_rows(
    histories: Iterator[tuple[UUID, list[Recorded]]], projection: Projection, inputs: Inputs
) -> Iterator[Rows]:
    for key, history in histories:
        rows = projection.rows(key, history, inputs)
        if rows is not None:
            yield rows
