"""A view for tests of the projector: what is noted of each household, and how often it was told."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from sqlalchemy import Connection, Engine, text

from shared.codec import Registry
from shared.log.port import Log
from shared.projector.journal import read_journals
from shared.projector.loop import Consumer
from shared.projector.schema import TABLES
from shared.recorded import Recorded
from tests.support.records import CaseNoted, registry

SOURCES = ("households", "loans")
REGISTRIES: Mapping[str, Registry] = {source: registry(source) for source in SOURCES}
POISON = "poison"

VIEWS = (
    "CREATE TABLE noted (key uuid PRIMARY KEY, notes text NOT NULL)",
    "CREATE TABLE told (key uuid PRIMARY KEY, times bigint NOT NULL)",
)
_NOTED = text(
    "INSERT INTO noted VALUES (:key, :notes) ON CONFLICT (key) DO UPDATE SET notes = excluded.notes"
)
_TOLD = text(
    "INSERT INTO told VALUES (:key, :times)"
    " ON CONFLICT (key) DO UPDATE SET times = told.times + excluded.times"
)


def make_tables(engine: Engine) -> None:
    with engine.begin() as connection:
        for statement in (*TABLES, *VIEWS):
            connection.execute(text(statement))


def note(connection: Connection, keys: list[UUID], recorded: list[Recorded]) -> None:
    """Refold the keys; and count, which an event applied twice would show."""
    of_keys = read_journals(connection, keys, REGISTRIES)
    for key in keys:
        events = sorted(of_keys[key], key=lambda event: event.order)
        notes = "|".join(_note(event) for event in events)
        connection.execute(_NOTED, {"key": key, "notes": notes})
        times = sum(event.meta.key == key for event in recorded)
        connection.execute(_TOLD, {"key": key, "times": times})


def _note(recorded: Recorded) -> str:
    fact = recorded.event
    if not isinstance(fact, CaseNoted) or fact.note == POISON:
        raise ValueError(f"position {recorded.position} cannot be folded")
    return f"{recorded.meta.source}:{recorded.position}:{fact.note}"


def topics(prefix: str = "") -> dict[str, str]:
    return {source: f"{prefix}{source}.events" for source in SOURCES}


def consumer(
    engine: Engine, log: Log, lanes: Iterable[int], *, prefix: str = "", batch_size: int = 500
) -> Consumer:
    return Consumer(engine, log, topics(prefix), REGISTRIES, note, lanes, batch_size=batch_size)


def drain(reader: Consumer) -> int:
    """Read all there is now."""
    read = 0
    while count := reader.run_once():
        read += count
    return read


def noted(engine: Engine) -> dict[UUID, list[str]]:
    with engine.connect() as connection:
        rows = connection.execute(text("SELECT key, notes FROM noted"))
        return {row[0]: row[1].split("|") for row in rows}


def told(engine: Engine) -> int:
    with engine.connect() as connection:
        return int(
            connection.execute(text("SELECT coalesce(sum(times), 0) FROM told")).scalar_one()
        )


def rows(engine: Engine, query: str) -> list[tuple[object, ...]]:
    with engine.connect() as connection:
        return [tuple(row) for row in connection.execute(text(query))]
