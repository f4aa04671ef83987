"""No list and no single answer holds a household outside the reader's area, and none is missing."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from random import Random

import pytest

from services.households.app import SERVICE
from shared.areas import REFORM, Area, Commune, Scope, places
from shared.ids import named
from tests.support.servers import PostgresServer
from tests.support.service_app import Running, running

pytestmark = pytest.mark.servers

TODAY = date(2025, 9, 1)
BEFORE, AFTER = date(2025, 6, 30), REFORM
COUNT = 24


@dataclass(frozen=True)
class Province:
    """Households, and where each of them lives today."""

    service: Running
    homes: dict[str, Commune]


def _commune(random: Random, on: date) -> Commune:
    found = random.choice([place for place in places(on) if place.level == "commune"])
    return Commune(found.code, found.valid_from)


@pytest.fixture(scope="module")
def province(postgres_server: PostgresServer) -> Iterator[Province]:
    random = Random(9)
    clock = datetime(TODAY.year, TODAY.month, TODAY.day, 4, tzinfo=UTC)
    with running(postgres_server, SERVICE, clock=lambda: clock) as service:
        officer = service.as_("district_officer")
        homes = {}
        for number in range(COUNT):
            household_id = str(named(f"scope {number}"))
            home = _commune(random, BEFORE)
            body = {
                "household_id": household_id,
                "registered_on": "2024-01-01",
                "commune_code": home.code,
                "village": "x",
                "area_type": "rural",
                "head": {"full_name": "A", "able_to_work": True},
            }
            officer.must("/v1/households", body)
            if number % 3:
                day = (BEFORE, AFTER)[number % 2]
                home = _commune(random, day)
                move = {"moved_on": day.isoformat(), "commune_code": home.code}
                officer.must(
                    f"/v1/households/{household_id}/move",
                    move | {"village": "y", "area_type": "rural"},
                )
            homes[household_id] = home
        yield Province(service, homes)


def _areas(random: Random) -> list[str]:
    on = random.choice((BEFORE, AFTER))
    found = random.sample(places(on), k=random.randint(1, 6))
    return [f"{place.code}@{on.isoformat()}" for place in found]


@pytest.mark.parametrize("seed", range(8))
def test_a_reader_sees_exactly_the_households_of_their_areas(province: Province, seed: int) -> None:
    areas = _areas(Random(seed))
    scope = Scope.of([Area.parse(area) for area in areas])
    inside = {own for own, home in province.homes.items() if scope.covers(home, TODAY)}
    reader = province.service.as_("commune_officer", areas=areas)
    listed = reader.sees("/v1/households?limit=500")["items"]
    assert {item["household_id"] for item in listed} == inside
    asked = {"ids": sorted(province.homes)}
    named_ones = reader.post("/v1/households/names", asked).get_json()["items"]
    assert {item["household_id"] for item in named_ones} == inside
    single = {
        own for own in province.homes if reader.get(f"/v1/households/{own}").status_code == 200
    }
    assert single == inside


def test_a_registration_for_another_area_is_refused_also_where_it_is_there_already(
    province: Province,
) -> None:
    body = {
        "household_id": str(named("twice")),
        "registered_on": "2024-01-01",
        "commune_code": "01858",
        "village": "x",
        "area_type": "rural",
        "head": {"full_name": "A", "able_to_work": True},
    }
    for area, status in (("060", 201), ("060", 200), ("061", 403)):
        asked = province.service.as_("district_officer", areas=[area]).post("/v1/households", body)
        assert asked.status_code == status
