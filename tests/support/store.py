"""A store of a made-up service, and what its tests append."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from uuid import UUID, uuid4

import psycopg
from psycopg import sql
from sqlalchemy import Engine

from shared.database import engine
from shared.ids import named
from shared.migrate import folder, migrate_one
from shared.recorded import Actor
from shared.store.port import CommandMark, NewEvent, Provenance
from shared.store.postgres import PostgresStore
from tests.support.records import DAY, NOON, CaseNoted, household, registry
from tests.support.servers import PostgresServer

OFFICER = Actor(sub="officer")


def stream(number: int = 1) -> str:
    return f"household-{household(number)}"


def new(name: str, number: int = 1, note: str = "a note") -> NewEvent:
    fact = CaseNoted(household_id=household(number), note=note, occurred_on=DAY)
    return NewEvent(named(name), fact)


def several(*names: str, number: int = 1) -> list[NewEvent]:
    return [new(name, number) for name in names]


def by_officer(at: datetime = NOON) -> Provenance:
    return Provenance(actor=OFFICER, recorded_at=at)


def mark(key: bytes | None = b"key", content: bytes = b"content") -> CommandMark:
    return CommandMark(key, b"fingerprint", content)


def ids(*names: str) -> Sequence[UUID]:
    return [named(name) for name in names]


def migrated(url: str, scripts: Path | None = None) -> str:
    migrate_one(url, scripts or folder("households"))
    return url


@contextmanager
def engine_of(url: str, pool_size: int = 5) -> Iterator[Engine]:
    made = engine(url, name="tests", pool_size=pool_size)
    try:
        yield made
    finally:
        made.dispose()


@contextmanager
def postgres_store(url: str) -> Iterator[PostgresStore]:
    with engine_of(migrated(url)) as made:
        yield PostgresStore(made, registry())


def write(store: PostgresStore, name: str, households: int = 3, each: int = 2) -> None:
    """Append `each` facts to every one of some households, one command for each household."""
    for number in range(households):
        with store.transaction() as work:
            known = len(work.read(stream(number)))
            facts = [new(f"{name}-{number}-{n}", number) for n in range(each)]
            work.append(stream(number), known, facts, by_officer())


@contextmanager
def restored_from(server: PostgresServer, url: str) -> Iterator[str]:
    """Give the address of a copy of a database, as a backup of this moment would be restored."""
    name, copy = url.rsplit("/", 1)[1], f"test_{uuid4().hex}"
    with psycopg.connect(server.url(), autocommit=True) as admin:
        admin.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(*map(sql.Identifier, (copy, name)))
        )
        try:
            yield server.url(copy)
        finally:
            admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(copy)))
