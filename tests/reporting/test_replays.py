"""History told again from any source is the same; where it is not, the replay names the event."""

import random
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import msgspec
import pytest
from sqlalchemy import Engine, text

from shared.areas import Area, Scope
from shared.log.headers import headers_of
from shared.log.port import Record
from shared.recorded import Recorded
from tests.reporting.test_convergence import life
from tests.support.facts import (
    HOME,
    LAST_SPRING,
    LOAN,
    applied,
    day,
    disbursed,
    inspected,
    registered,
    target,
    uid,
)
from tests.support.projecting import PARTITIONS, contents, emptied, topics
from tests.support.replays import Replays, empty_stores
from tests.support.reporting import Reporting
from tests.support.servers import PostgresServer

pytestmark = pytest.mark.servers

SOURCES = ("journal", "kafka", "stores")
OTHER = uid("elsewhere")
FACTS = (
    registered(LAST_SPRING),
    target(LAST_SPRING, year=2026),
    applied(on=LAST_SPRING),
    disbursed(account="h1:one"),
    inspected(day(5), wrong=20_000_000),
    registered(LAST_SPRING, "01891", OTHER),
    applied(on=LAST_SPRING, loan=uid("other loan"), home=OTHER),
    disbursed(paid=uid("other paid"), loan=uid("other loan"), home=OTHER, account="h1:one"),
)


@pytest.fixture(scope="module")
def stores(postgres_server: PostgresServer) -> Iterator[dict[str, Any]]:
    with empty_stores(postgres_server) as made:
        yield made


@pytest.fixture
def replays(reporting: Reporting, stores: dict[str, Any]) -> Replays:
    for store in stores.values():
        with store.engine.begin() as connection:
            for table in ("events", "positions", "made_ids"):
                connection.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
                connection.execute(text(f"TRUNCATE {table}"))
    return Replays(reporting, stores)


@pytest.fixture
def lived(replays: Replays) -> tuple[Replays, list[Recorded]]:
    recorded = replays.reporting.record(*FACTS)
    replays.fill_stores()
    return replays, recorded


def scratches(engine: Engine) -> list[str]:
    with engine.begin() as connection:
        found = connection.execute(
            text("SELECT nspname FROM pg_namespace WHERE nspname LIKE 'replay%'")
        )
        return list(found.scalars().all())


@pytest.mark.parametrize("source", SOURCES)
def test_every_source_gives_the_live_views(
    lived: tuple[Replays, list[Recorded]], source: str
) -> None:
    replays, recorded = lived
    before = contents(replays.engine)
    found = replays.run(source)
    assert found["differences"] == []
    assert found["equal"]
    assert found["digest"] == found["live_digest"]
    assert {each["view"]: each["rows"] for each in found["views"]}["findings"] > 0
    assert sum(each["events"] for each in found["events"].values()) == len(recorded)
    assert contents(replays.engine) == before
    assert scratches(replays.engine) == []
