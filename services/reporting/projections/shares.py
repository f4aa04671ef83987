"""Folding the journal for a rebuild, batch by batch, by one process or several.

Whose process is killed leaves whole batches behind, and the next one goes on with the others.
"""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

from sqlalchemy import Engine

from services.reporting.projections.inputs import read_inputs
from services.reporting.projections.resuming import Batch, claim, mark
from services.reporting.projections.rows import MODULUS, Rows
from services.reporting.projections.step import Projection, rows_of
from services.reporting.projections.tables import NEXT
from services.reporting.sources import REGISTRIES
from shared.collecting import not_collecting
from shared.projector.driver import driver
from shared.projector.journal import read_span

BATCH = 500


def fold_batches(engine: Engine, projection: Projection, between: Callable[[], None]) -> None:
    """Fold batches until there is none that nobody has; `between` is called before each is kept.

    A batch is written while the next one is folded; of each the one before is there already.
    """
    with engine.begin() as reading:
        inputs = read_inputs(reading, REGISTRIES, projection.day)
    book = projection.book.up_to(inputs.day)

    def fold(batch: Batch) -> list[Rows]:
        with not_collecting(), engine.begin() as reading:
            folded = (
                rows_of(key, history, book, inputs.pauses)
                for key, history in read_span(reading, batch.span, REGISTRIES)
            )
            return [rows for rows in folded if rows is not None]

    def write(batch: Batch, rows: list[Rows]) -> None:
        with engine.begin() as writing:
            mark(writing, batch, len(rows))
            projection.store.write(writing, rows, inputs.version)

    with ThreadPoolExecutor(1, "rebuild writes") as beside:
        written: Future[None] | None = None
        while (batch := _next(engine)) is not None:
            rows = fold(batch)
            if written is not None:
                written.result()
            between()
            written = beside.submit(write, batch, rows)
        if written is not None:
            written.result()
        between()


def _next(engine: Engine) -> Batch | None:
    with engine.begin() as connection:
        return claim(connection)


def sums(engine: Engine, projection: Projection) -> dict[int, int]:
    """Add up the hashes of the households that the filled tables hold, by lane."""
    found: dict[int, int] = {}
    with engine.begin() as reading, driver(reading).cursor(name="sums", binary=True) as cursor:
        cursor.execute(f"SELECT key, hash FROM {NEXT}.dossiers".encode())
        for key, digest in cursor:
            lane = projection.store.lane_of(key)
            found[lane] = (found.get(lane, 0) + int.from_bytes(digest, "big")) % MODULUS
    return found
