"""Three ways to load a stream of 20 events, decide and append one: ours, raw SQL, a peer."""

import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib.util import find_spec
from itertools import count
from uuid import UUID, uuid4

import psycopg
from eventsourcing.application import Application
from eventsourcing.domain import Aggregate, event
from sqlalchemy.engine import make_url

from shared.database import engine
from shared.ids import named
from shared.recorded import Actor
from shared.store.port import CommandMark, NewEvent, Provenance
from shared.store.postgres import PostgresStore
from tests.support.records import DAY, CaseNoted, registry

EVENTS = 20
STREAMS = 40
"""For each writer, so that a stream grows by few events during a measurement."""

NOTE = "Đã thăm hộ gia đình và xem con bò mua bằng vốn vay. " * 3
Write = Callable[[], None]
WRITE_TABLE = """
    CREATE TABLE raw_events (
        seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, stream_id text NOT NULL,
        version integer NOT NULL, type text NOT NULL, data bytea NOT NULL,
        UNIQUE (stream_id, version)
    )
"""


def key(writer: int, number: int) -> UUID:
    return named(f"bench {writer} {number % STREAMS}")


def fact(household: UUID) -> CaseNoted:
    return CaseNoted(household_id=household, note=NOTE, occurred_on=DAY)


def provenance() -> Provenance:
    return Provenance(actor=Actor(sub="officer"), recorded_at=datetime.now(UTC))


@contextmanager
def ours(url: str, writer: int) -> Iterator[Write]:
    connects = engine(url, pool_size=1)
    store = PostgresStore(connects, registry())
    numbers = count()

    def write() -> None:
        number = next(numbers)
        household = key(writer, number)
        stream = f"household-{household}"
        with store.transaction() as work:
            history = work.read(stream)
            assert sum(len(each.event.note) for each in history) >= 0
            new = NewEvent(uuid4(), fact(household))
            mark = CommandMark(new.event_id.bytes, b"f" * 32, b"c" * 32)
            work.append(stream, len(history), [new], provenance(), mark)

    yield write
    connects.dispose()


@contextmanager
def raw(url: str, writer: int) -> Iterator[Write]:
    numbers = count()
    with psycopg.connect(url) as connection:

        def write() -> None:
            stream = f"household-{key(writer, next(numbers))}"
            cursor = connection.execute(
                "SELECT version, type, data FROM raw_events WHERE stream_id = %s ORDER BY version",
                (stream,),
            )
            history = [json.loads(row[2]) for row in cursor]
            assert sum(len(each["note"]) for each in history) >= 0
            connection.execute(
                "INSERT INTO raw_events (stream_id, version, type, data) VALUES (%s, %s, %s, %s)",
                (stream, len(history) + 1, "CaseNoted", json.dumps({"note": NOTE}).encode()),
            )
            connection.commit()

        yield write


class Case(Aggregate):  # type: ignore[misc] # the peer carries no types
    """A stream of the peer."""

    @event("Opened")  # type: ignore[untyped-decorator] # the same
    def __init__(self) -> None:
        self.length = 0

    @event("Noted")  # type: ignore[untyped-decorator] # the same
    def note(self, note: str) -> None:
        self.length += len(note)


@contextmanager
def peer(url: str, writer: int) -> Iterator[Write]:
    application = peer_application(url)
    cases = [opened(application) for _ in range(STREAMS)]
    numbers = count(writer)

    def write() -> None:
        case = application.repository.get(cases[next(numbers) % STREAMS])
        case.note(NOTE)
        application.save(case)

    yield write
    application.close()


def opened(application: "Application[UUID]") -> UUID:
    case = Case()
    for _ in range(EVENTS - 1):
        case.note(NOTE)
    application.save(case)
    return UUID(str(case.id))


def peer_application(url: str, *, create: bool = False) -> "Application[UUID]":
    where = make_url(url)
    return Application(
        {
            **os.environ,
            "PERSISTENCE_MODULE": "eventsourcing.postgres",
            "CREATE_TABLE": "yes" if create else "no",
            "POSTGRES_DBNAME": str(where.database),
            "POSTGRES_HOST": str(where.host),
            "POSTGRES_PORT": str(where.port),
            "POSTGRES_USER": str(where.username),
            "POSTGRES_PASSWORD": str(where.password or ""),
        }
    )


WAYS = {"ours": ours, "raw": raw, "peer": peer}
if find_spec("psycopg_pool") is None:  # what the peer needs for PostgreSQL
    del WAYS["peer"]


def fill(url: str, writers: int) -> None:
    """Give ours and raw their streams of 20 events; the peer makes its own."""
    if "peer" in WAYS:
        peer_application(url, create=True).close()
    connects = engine(url, pool_size=1)
    store = PostgresStore(connects, registry())
    data = json.dumps({"note": NOTE}).encode()
    with psycopg.connect(url) as connection:
        for writer in range(writers):
            for number in range(STREAMS):
                household = key(writer, number)
                stream = f"household-{household}"
                with store.transaction() as work:
                    if work.read(stream):
                        continue
                    events = [NewEvent(uuid4(), fact(household)) for _ in range(EVENTS)]
                    work.append(stream, 0, events, provenance())
                connection.cursor().executemany(
                    "INSERT INTO raw_events (stream_id, version, type, data) "
                    "VALUES (%s, %s, %s, %s)",
                    [(stream, n + 1, "CaseNoted", data) for n in range(EVENTS)],
                )
    connects.dispose()
