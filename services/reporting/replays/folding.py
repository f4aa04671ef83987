"""Folding a side's events into views of its own, by the functions that the live ones use."""

from collections.abc import Callable, Iterator
from datetime import date

import msgspec
from sqlalchemy import Connection, Engine

from services.reporting.domain.rulebook import Rulebook
from services.reporting.domain.sources import REGISTRIES
from services.reporting.projections.annual_views import count_years
from services.reporting.projections.inputs import Inputs, read_inputs
from services.reporting.projections.rows import MODULUS, Rows
from services.reporting.projections.step import rows_of
from services.reporting.projections.store import ViewStore
from services.reporting.projections.tables import indexes
from services.reporting.replays.asked import Asked
from services.reporting.replays.rows import copy_rows
from services.reporting.replays.snapshot import made_by_then
from services.reporting.replays.staging_load import Odd, note
from services.reporting.replays.staging_schema import Scratch
from shared.projector.journal import scan_journal

BATCH = 500
LIVE_SIDE, REPLAYED = "live", "replayed"
_IMPOSSIBLE = (
    ValueError,
    TypeError,
    LookupError,
    ArithmeticError,
    AttributeError,
    msgspec.MsgspecError,
)
"""What folding may raise over a history that no decider would have let be recorded."""


def fold_side(
    engine: Engine,
    scratch: Scratch,
    schema: str,
    side: str,
    asked: Asked,
    partitions: int,
    today: date,
    go_on: Callable[[int], None],
) -> None:
    """Fill the views of a side and note their rows, all or nothing; `go_on` is told how many."""
    repeatable = engine.execution_options(isolation_level="REPEATABLE READ")
    with engine.begin() as writing:
        if scratch.noted(writing, f"folded {side}") is not None:
            return
        with repeatable.begin() as reading:
            for each in (reading, writing):
                each.exec_driver_sql(f"SET LOCAL search_path TO {schema}, public")
            store = ViewStore(schema, partitions)
            books = asked.books(today, made_by_then(writing, scratch, today))
            impossible = _fold(reading, writing, store, books, today, go_on)
        if side == REPLAYED:
            note(writing, scratch, impossible)
        copy_rows(writing, scratch, side, schema, asked.shown_on(today))
        scratch.note(writing, f"folded {side}", "yes")


def _fold(
    reading: Connection,
    writing: Connection,
    store: ViewStore,
    books: tuple[Rulebook, Rulebook],
    today: date,
    go_on: Callable[[int], None],
) -> list[Odd]:
    inputs = read_inputs(reading, REGISTRIES, lambda: today)
    book, shared = books
    sums: dict[int, int] = {}
    batch: list[Rows] = []
    impossible: list[Odd] = []

    def rows() -> Iterator[Rows]:
        for number, (key, history) in enumerate(scan_journal(reading, REGISTRIES)):
            if number % BATCH == 0:
                go_on(number)
            try:
                found = rows_of(key, history, book, inputs.pauses)
            except _IMPOSSIBLE as problem:
                said = f"{type(problem).__name__}: {problem}"
                impossible.append(Odd("impossible", history[0].meta.source, said, key=key))
                continue
            if found is not None:
                yield found

    for found in rows():
        lane = store.lane_of(found.key)
        sums[lane] = (sums.get(lane, 0) + int.from_bytes(found.digest, "big")) % MODULUS
        batch.append(found)
        if len(batch) == BATCH:
            _write(store, writing, batch, inputs)
            batch = []
    _write(store, writing, batch, inputs)
    store.begin_digests(writing, sums)
    subjects = f"CREATE INDEX ON {store.schema}.contributions (kind, subject)"
    for statement in (*indexes(store.schema), subjects):
        writing.exec_driver_sql(statement)
    store.note_years(writing)
    for _ in store.judge_all(writing, shared):
        pass  # all in one transaction: nobody else writes here
    count_years(writing, store.schema, shared)
    return impossible


def _write(store: ViewStore, writing: Connection, batch: list[Rows], inputs: Inputs) -> None:
    store.write(writing, batch, inputs.version)
