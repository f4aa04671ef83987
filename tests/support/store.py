"""A store of a made-up service, and what its tests append."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from uuid import UUID

from sqlalchemy import Engine

from shared.database import engine
from shared.ids import named
from shared.migrate import folder, migrate_one
from shared.recorded import Actor
from shared.store.port import CommandMark, NewEvent, Provenance
from shared.store.postgres import PostgresStore
from tests.support.records import DAY, NOON, CaseNoted, household, registry

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
