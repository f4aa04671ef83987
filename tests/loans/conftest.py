"""The loans service on real PostgreSQL, with what it has heard of others put into its journal."""

from collections.abc import Callable, Iterator, Sequence
from uuid import UUID

import pytest
from sqlalchemy import Engine

from services.loans.app import SERVICE
from services.loans.project import project
from shared.migrate import folder
from shared.projector import journal
from shared.recorded import Recorded
from shared.sealing.keyring import Keyring
from shared.sealing.keys import MemoryKeys
from shared.service import Runtime
from shared.store.postgres import PostgresStore
from tests.support.counter_app import PROVINCE_KEY, SETTINGS, People, people
from tests.support.facts import Recorder
from tests.support.servers import PostgresServer, fresh_database
from tests.support.store import engine_of, migrated


@pytest.fixture(scope="module")
def database(postgres_server: PostgresServer) -> Iterator[Engine]:
    with fresh_database(postgres_server) as url, engine_of(migrated(url, folder("loans"))) as made:
        yield made


@pytest.fixture(scope="module")
def bank(database: Engine) -> People:
    """Give a client of the service; every test speaks as whom it likes."""
    return people(
        Runtime(
            settings=SETTINGS,
            service=SERVICE,
            store=PostgresStore(database, SERVICE.registry),
            keyring=Keyring("loans", MemoryKeys(), PROVINCE_KEY),
            engine=database,
        )
    )


@pytest.fixture(scope="module")
def recorder() -> Recorder:
    """Give what records the events of others, in one order."""
    return Recorder()


@pytest.fixture(scope="module")
def hear(database: Engine) -> Callable[[Sequence[Recorded]], None]:
    """Give what lets the service hear of events, as its consumer would."""

    def heard(recorded: Sequence[Recorded]) -> None:
        keys: list[UUID] = sorted({each.meta.key for each in recorded})
        with database.begin() as connection:
            journal.append(connection, recorded)
            project(connection, keys, list(recorded))

    return heard
