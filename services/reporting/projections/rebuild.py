"""Blue/green: fold every view anew beside the live ones, and switch only if they are the same.

The live views go on meanwhile. Killed at any point, the live views are what they were, and what
has been folded is there to go on from.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import partial
from uuid import UUID

from sqlalchemy import Connection, Engine, text

from services.reporting.domain.sources import REGISTRIES
from services.reporting.projections.annual_views import count_a_year, count_years
from services.reporting.projections.inputs import Inputs, read_inputs
from services.reporting.projections.rebuild_workers import Helpers
from services.reporting.projections.resuming import (
    OWN_TABLES,
    Far,
    begin,
    far,
    forget,
    is_described,
    is_indexed,
    take_back,
)
from services.reporting.projections.shares import BATCH, fold_batches, sums
from services.reporting.projections.step import SWITCH_LOCK, Projection
from services.reporting.projections.tables import LIVE, NEXT, VERSION, indexes
from shared.clock import today
from shared.projector.driver import driver

REBUILD_LOCK = 0x726562
SHOWN = 20
PARTS = 2
"""Of what is left, one of so many parts for each worker is taken at once."""

Told = Callable[[Far], None]
"""Called now and then with how far the rebuild is."""


class RebuildRunning(Exception):  # noqa: N818 - said to people as one sentence
    """Another rebuild is at work."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a rebuild found: both digests at one cut, and whether it has switched."""

    live: int
    rebuilt: int
    switched: bool
    differing: tuple[UUID, ...] = ()
    """Households whose rows differ, the first few."""

    @property
    def equal(self) -> bool:
        """Tell whether the rebuilt views equal the live ones byte for byte."""
        return self.live == self.rebuilt


def rebuild(
    engine: Engine,
    partitions: int,
    workers: int = 1,
    *,
    told: Told = lambda _: None,
    anew: bool = False,
    day: Callable[[], date] = today,
) -> Outcome:
    """Rebuild the views and switch on an equal digest or a declared change of version.

    `engine` must allow long transactions. The workers are this process and others beside it.
    What an interrupted rebuild has folded is kept, unless all is to be `anew`.
    """
    projection = Projection(partitions, NEXT, day)
    with _alone(engine):
        begin(engine, projection.book.digest, BATCH, anew=anew)
        _fold_all(engine, projection, workers, told)
        return _switch(engine, projection)


def forget_begun(engine: Engine) -> None:
    """Clear away what an interrupted rebuild has folded."""
    with _alone(engine), engine.begin() as connection:
        forget(connection)


@contextmanager
def _alone(engine: Engine) -> Iterator[None]:
    """Hold the lock of rebuilds for as long as this process lives."""
    with engine.connect() as guard:
        got = guard.execute(text("SELECT pg_try_advisory_lock(:key)"), {"key": REBUILD_LOCK})
        if not got.scalar_one():
            raise RebuildRunning("đang dựng lại rồi / a rebuild is running already")
        guard.commit()
        try:
            yield
        finally:
            guard.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": REBUILD_LOCK})
            guard.commit()


def is_due(engine: Engine, partitions: int, day: Callable[[], date] = today) -> bool:
    """Tell whether the live views were made by another version or not by the rules in force."""
    with engine.begin() as connection:
        return _declared(connection, Projection(partitions, day=day))


def _fold_all(engine: Engine, projection: Projection, workers: int, told: Told) -> None:
    """Fold the whole journal, and then what households share."""
    if is_described(engine):  # by one that was killed before it could switch
        return

    def between() -> None:
        told(far(engine))

    helpers = Helpers(engine, projection, workers - 1)
    try:
        parts = 1 if workers == 1 else PARTS * workers
        helpers.together(partial(fold_batches, parts=parts), between)
        _note_years(engine, projection)
        counting = helpers.ask(count, between)
        _judge(engine, projection)
        helpers.await_all({counting}, between)
    except BaseException:
        take_back(engine)  # the helpers are waited for: they are to end with their batch
        raise
    finally:
        helpers.close()
    gathered = sums(engine, projection)
    with engine.begin() as writing:
        projection.store.begin_digests(writing, gathered)
        _describe(writing, projection)


def _judge(engine: Engine, projection: Projection) -> None:
    """Judge what households share; those that are judged already stay as they are."""
    with engine.begin() as writing:
        if not is_indexed(writing):
            for statement in indexes(NEXT):
                writing.execute(text(statement))
    with engine.connect() as writing:
        for _ in projection.store.judge_all(writing, projection.book):
            driver(writing).commit()  # the driver's own: it began this transaction, too


def _note_years(engine: Engine, projection: Projection) -> None:
    """Have every year counted of which there is something to count."""
    with engine.begin() as writing:
        projection.store.note_years(writing)


def count(engine: Engine, projection: Projection, _between: Callable[[], None]) -> None:
    """Judge the years, each in a transaction of its own, as others judge what is shared."""

    def counted() -> bool:
        with engine.begin() as writing:
            return count_a_year(writing, projection.store.schema, projection.book)

    while counted():
        pass


def _describe(connection: Connection, projection: Projection) -> None:
    connection.execute(
        text(f"INSERT INTO {NEXT}.about (version, rulebook) VALUES (:version, :rulebook)"),
        {"version": VERSION, "rulebook": projection.book.digest},
    )


def _switch(engine: Engine, projection: Projection) -> Outcome:
    """Catch up while nobody writes, compare, and put the new views in the place of the old."""
    with engine.begin() as connection:
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": SWITCH_LOCK})
        partitions = projection.store.partitions
        live = Projection(partitions, LIVE, projection.day, projection.book)
        inputs = read_inputs(connection, REGISTRIES, projection.day)
        _refold(connection, projection, _behind(connection, NEXT, inputs))
        _refold(connection, projection, _changed_meanwhile(connection))
        declared = _declared(connection, projection)
        if not declared:
            _refold(connection, live, _behind(connection, LIVE, inputs))
            count_years(connection, LIVE, live.book)
        count_years(connection, NEXT, projection.book)
        one, other = live.store.digest(connection), projection.store.digest(connection)
        if one != other and not declared:
            differing = tuple(_differing(connection)[:SHOWN])
            forget(connection)
            return Outcome(one, other, switched=False, differing=differing)
        connection.execute(text(f"DROP SCHEMA {LIVE} CASCADE"))
        for name in OWN_TABLES:
            connection.execute(text(f"DROP TABLE {NEXT}.{name}"))
        connection.execute(text(f"ALTER SCHEMA {NEXT} RENAME TO {LIVE}"))
        return Outcome(one, other, switched=True)


def _refold(connection: Connection, projection: Projection, keys: list[UUID]) -> None:
    for start in range(0, len(keys), BATCH):
        projection.refold(connection, keys[start : start + BATCH])


def _behind(connection: Connection, schema: str, inputs: Inputs) -> list[UUID]:
    rows = connection.execute(
        text(f"SELECT key FROM {schema}.dossiers WHERE inputs < :version ORDER BY key"),
        {"version": inputs.version},
    )
    return [row[0] for row in rows]


def _changed_meanwhile(connection: Connection) -> list[UUID]:
    """Name the keys that the live views have folded anew since the rebuild's moment.

    Any fact changes the hash. Where the rows of all are to differ, not all are folded again.
    """
    rows = connection.execute(
        text(
            f"SELECT key FROM {LIVE}.dossiers a FULL JOIN {NEXT}.seen b USING (key)"
            " WHERE a.hash IS DISTINCT FROM b.hash ORDER BY key"
        )
    )
    return [row[0] for row in rows]


def _differing(connection: Connection) -> list[UUID]:
    rows = connection.execute(
        text(
            f"SELECT key FROM {LIVE}.dossiers a FULL JOIN {NEXT}.dossiers b USING (key)"
            " WHERE a.hash IS DISTINCT FROM b.hash ORDER BY key"
        )
    )
    return [row[0] for row in rows]


def _declared(connection: Connection, projection: Projection) -> bool:
    """Tell whether other rows are to be expected: another version or another rulebook."""
    found = connection.execute(text(f"SELECT version, rulebook FROM {LIVE}.about")).one_or_none()
    return found is None or tuple(found) != (VERSION, projection.book.digest)
