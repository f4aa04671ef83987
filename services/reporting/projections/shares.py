"""A rebuild by several processes: each folds its share of the households, as one moment had them.

Whose process is killed leaves nothing behind: a share is written in one transaction.
"""

import os
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import NamedTuple

from sqlalchemy import Connection, Engine, text

from services.reporting.projections.inputs import Inputs, read_inputs
from services.reporting.projections.rows import MODULUS, Rows
from services.reporting.projections.step import Projection
from services.reporting.projections.tables import NEXT
from services.reporting.sources import REGISTRIES
from shared.database import engine as connect
from shared.projector.journal import WHOLE, Share, scan_journal

BATCH = 500

Sums = dict[int, int]
"""The sum of the digests of a lane, by the lane."""


class Orphaned(Exception):  # noqa: N818 - how a process notices that it works for nobody
    """The process that asked for this share is gone."""


class Asked(NamedTuple):
    """What one of the processes is asked to fold, and for whom."""

    url: str
    partitions: int
    share: Share
    snapshot: str
    parent: int


def fold_all(engine: Engine, projection: Projection, reading: Connection, workers: int) -> Sums:
    """Fold the whole journal, as `reading` has it, into the tables of the views."""
    if workers == 1:
        with engine.begin() as writing:
            return fold_share(reading, writing, projection, read_inputs(reading, REGISTRIES))
    url = engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    snapshot = str(reading.execute(text("SELECT pg_export_snapshot()")).scalar_one())
    asked = [
        Asked(url, projection.store.partitions, Share(number, workers), snapshot, os.getpid())
        for number in range(workers)
    ]
    sums: Sums = {}
    # spawned, not forked: connections and threads of this process must not be theirs too
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        for own in pool.map(work, asked):
            for lane, by in own.items():
                sums[lane] = (sums.get(lane, 0) + by) % MODULUS
    return sums


def work(asked: Asked) -> Sums:
    """Fold one share, in a process of its own."""
    own = connect(asked.url, name="giamngheo rebuild reporting", pool_size=2, transaction_seconds=0)
    projection = Projection(asked.partitions, NEXT)
    try:
        with own.begin() as writing:
            # before the snapshot is taken over: that succeeds only while the one who asked is
            # alive, so these are still the tables that were made for this rebuild
            writing.execute(text(f"LOCK TABLE {NEXT}.dossiers IN ROW EXCLUSIVE MODE"))
            repeatable = own.execution_options(isolation_level="REPEATABLE READ")
            with repeatable.begin() as reading:
                reading.exec_driver_sql(f"SET TRANSACTION SNAPSHOT '{asked.snapshot}'")
                inputs = read_inputs(reading, REGISTRIES)
                return fold_share(reading, writing, projection, inputs, asked)
    finally:
        own.dispose()


def fold_share(
    reading: Connection,
    writing: Connection,
    projection: Projection,
    inputs: Inputs,
    asked: Asked | None = None,
) -> Sums:
    """Fold a share of the journal, or all of it, and give the sums of the digests by lane."""
    sums: Sums = {}
    batch: list[Rows] = []
    for rows in _all_rows(reading, projection, inputs, asked.share if asked else WHOLE):
        lane = projection.store.lane_of(rows.key)
        sums[lane] = (sums.get(lane, 0) + int.from_bytes(rows.digest, "big")) % MODULUS
        batch.append(rows)
        if len(batch) == BATCH:
            if asked is not None and os.getppid() != asked.parent:
                raise Orphaned
            projection.store.write(writing, batch, inputs.version)
            batch = []
    projection.store.write(writing, batch, inputs.version)
    return sums


def _all_rows(
    connection: Connection, projection: Projection, inputs: Inputs, share: Share
) -> Iterator[Rows]:
    for key, history in scan_journal(connection, REGISTRIES, share):
        rows = projection.rows(key, history, inputs)
        if rows is not None:
            yield rows
