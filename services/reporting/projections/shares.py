"""Folding the journal for a rebuild, batch by batch, by one process or several.

Whose process is killed leaves whole batches behind, and the next one goes on with the others.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from itertools import groupby
from uuid import UUID

from sqlalchemy import Engine

from services.reporting.domain.clocks import Pause
from services.reporting.domain.rulebook import Rulebook
from services.reporting.domain.sources import REGISTRIES
from services.reporting.projections.inputs import read_inputs
from services.reporting.projections.resuming import Batch, claim, mark
from services.reporting.projections.rows import MODULUS, Rows
from services.reporting.projections.step import Projection, rows_of
from services.reporting.projections.tables import NEXT
from shared.collecting import not_collecting
from shared.projector.driver import driver
from shared.projector.journal import Span, scan_journal

BATCH = 500


def fold_batches(
    engine: Engine, projection: Projection, between: Callable[[], None], parts: int = 1
) -> None:
    """Fold batches until there is none that nobody has; `between` is called before each is kept.

    A batch is written while the next one is folded; of each the one before is there already.
    """
    with engine.begin() as reading:
        inputs = read_inputs(reading, REGISTRIES, projection.day)
    book = projection.book.up_to(inputs.day)

    def write(batch: Batch, rows: list[Rows]) -> None:
        with engine.begin() as writing:
            mark(writing, batch, len(rows))
            projection.store.write(writing, rows, inputs.version)

    with ThreadPoolExecutor(1, "rebuild writes") as beside:
        written: Future[None] | None = None
        while batches := _next(engine, parts):
            for batch, rows in _folded(engine, batches, book, inputs.pauses):
                if written is not None:
                    written.result()
                between()
                written = beside.submit(write, batch, rows)
        if written is not None:
            written.result()
        between()


def _next(engine: Engine, parts: int) -> list[Batch]:
    with engine.begin() as connection:
        return claim(connection, parts)


def _folded(
    engine: Engine, batches: Sequence[Batch], book: Rulebook, pauses: Sequence[Pause]
) -> Iterator[tuple[Batch, list[Rows]]]:
    """Give each of these batches folded, all from one scan."""
    firsts = [batch.span.first or UUID(int=0) for batch in batches]
    span = Span(batches[0].span.first, batches[-1].span.behind)
    # closed here and now: whoever closes it later does so in a transaction of others
    with engine.begin() as reading, closing(scan_journal(reading, REGISTRIES, span)) as histories:
        placed = groupby(histories, lambda of_key: bisect_right(firsts, of_key[0]) - 1)
        for place, own in placed:
            batch = batches[place]
            with not_collecting():
                folded = [
                    rows_of(key, history, book, pauses)
                    for key, history in own
                    if batch.span.holds(key)  # others may have what is between
                ]
            yield batch, [rows for rows in folded if rows is not None]


def sums(engine: Engine, projection: Projection) -> dict[int, int]:
    """Add up the hashes of the households that the filled tables hold, by lane."""
    found: dict[int, int] = {}
    with engine.begin() as reading, driver(reading).cursor(name="sums", binary=True) as cursor:
        cursor.execute(f"SELECT key, hash FROM {NEXT}.dossiers".encode())
        for key, digest in cursor:
            lane = projection.store.lane_of(key)
            found[lane] = (found.get(lane, 0) + int.from_bytes(digest, "big")) % MODULUS
    return found
