"""The feed of findings: everything that became of them, each once and in order."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from services.households.events import HouseholdMoved
from services.reporting.app import SERVICE
from services.reporting.projections.announcing import announce
from services.reporting.projections.rebuild import rebuild
from shared.areas import commune_on
from shared.store.postgres import PostgresStore
from tests.support import servers
from tests.support.counter_app import bearer
from tests.support.facts import HOME, LAST_YEAR, assigned, day, registered, visited
from tests.support.projecting import PARTITIONS, database
from tests.support.reporting import Reporting
from tests.support.servers import PostgresServer

pytestmark = pytest.mark.servers

CODE = "SPONSOR_ABSENT"


@pytest.fixture
def desk(postgres_server: PostgresServer) -> Iterator[Reporting]:
    with servers.fresh_database(postgres_server) as url:
        engine = database(url)
        yield Reporting.over(engine, PostgresStore(engine, SERVICE.registry))
        engine.dispose()


def told(desk: Reporting, who: dict[str, str] | None = None, **query: str) -> list[str]:
    items = desk.items("/v1/findings/changes", who, **query)
    return [each["change"] for each in items if each["finding"]["code"] == CODE]


def test_what_a_day_opens_and_closes_is_told_once(desk: Reporting) -> None:
    desk.record(registered(LAST_YEAR), assigned(every=10))
    announce(desk.engine, day(10))
    assert told(desk) == []
    announce(desk.engine, day(11))
    assert told(desk) == ["opened"]
    assert not announce(desk.engine, day(11))
    desk.record(visited(day(15)))
    announce(desk.engine, day(15))
    announce(desk.engine, day(20))
    assert told(desk) == ["opened", "closed"]


def test_after_days_without_a_pass_all_of_them_are_told_in_order(desk: Reporting) -> None:
    desk.record(registered(LAST_YEAR), assigned(every=10), visited(day(15)))
    announce(desk.engine, day(0))
    announce(desk.engine, day(40))
    found = desk.items("/v1/findings/changes")
    mine = [each for each in found if each["finding"]["code"] == CODE]
    assert [(each["change"], each["became_on"]) for each in mine] == [
        ("opened", str(day(11))),
        ("closed", str(day(15))),
        ("opened", str(day(26))),
    ]
    after = mine[1]["cursor"]
    assert told(desk, after=after) == ["opened"]
    assert told(desk, after=mine[2]["cursor"]) == []


def test_decisions_are_told_and_so_is_what_loses_its_ground(desk: Reporting) -> None:
    desk.record(registered(LAST_YEAR), assigned(every=10))
    (shown,) = desk.items("/v1/stalled", code=CODE)
    today = date(2026, 6, 1)
    announce(desk.engine, today)
    desk.decide(shown["finding_id"], "assign")
    announce(desk.engine, today)
    desk.record(visited(day(10)), *(visited(day(n)) for n in range(20, 100, 10)))
    announce(desk.engine, today)
    rebuild(desk.engine, PARTITIONS)
    announce(desk.engine, today)
    assert told(desk) == ["opened", "decided", "retracted"]


def test_the_feed_is_for_a_readers_area_and_kinds(desk: Reporting) -> None:
    desk.record(registered(LAST_YEAR), assigned(every=10))
    announce(desk.engine, date(2026, 6, 1))
    assert told(desk, bearer("commune_officer", areas=["060"])) == ["opened"]
    (change,) = desk.items("/v1/findings/changes")
    assert change["finding"] == desk.items("/v1/findings")[0]
    assert change["finding"]["area"] == "01864"
    assert told(desk, bearer("commune_officer", areas=["061"])) == []
    assert told(desk, area="061") == []
    assert told(desk, bearer("bank_controller")) == []
    assert desk.ask("/v1/findings/changes", after="soon").status_code == 422


def test_who_looks_back_is_not_told_what_came_later(desk: Reporting) -> None:
    desk.record(registered(LAST_YEAR), assigned(every=10))
    away = commune_on("01936", day(5))
    assert away is not None
    desk.record(
        HouseholdMoved(
            household_id=HOME, commune=away, village="x", area_type="rural", moved_on=day(5)
        )
    )
    announce(desk.engine, day(11))
    there = bearer("commune_officer", areas=["060"])
    assert told(desk) == ["opened"]
    assert told(desk, there, valid_at=str(day(4))) == told(desk, there) == []
    assert told(desk, valid_at=str(day(10))) == []
    assert told(desk, valid_at=str(day(11))) == ["opened"]
    assert told(desk, known_at="2026-01-01T00:00:00Z") == []
