"""A sponsor sees the households they help today, on a real database, and no other."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from services.households.app import SERVICE
from services.sponsorship.events import (
    REGISTRY,
    HandoverAccepted,
    SponsorAssigned,
    SponsorDissolved,
    SponsorRegistered,
)
from shared.access import ACCESS_LOG
from shared.ids import named
from shared.run import rebuild
from tests.support.published import consume, published
from tests.support.registering import register
from tests.support.servers import PostgresServer
from tests.support.service_app import Running, Speaker, code_of, running

pytestmark = pytest.mark.servers

TODAY = date(2026, 3, 2)
NOW = datetime(2026, 3, 2, 3, tzinfo=UTC)
YESTERDAY, TOMORROW = TODAY - timedelta(days=1), TODAY + timedelta(days=1)
FIRST, SECOND = named("first sponsor"), named("second sponsor")


@pytest.fixture(scope="module")
def service(postgres_server: PostgresServer) -> Iterator[Running]:
    with running(postgres_server, SERVICE, clock=lambda: NOW) as found:
        yield found


@pytest.fixture(autouse=True)
def nothing_read_yet(service: Running) -> None:
    # each test has a log of its own, which begins at its first event
    with service.engine.begin() as connection:
        connection.execute(text("TRUNCATE journal, consumed, held, held_keys"))


@pytest.fixture
def home(service: Running, request: pytest.FixtureRequest) -> str:
    officer = service.as_("commune_officer", areas=["060"])
    return register(officer, request.node.name, "Lý Văn Hộ", head={"phone": "0912 345 678"})


def of(sponsor_id: UUID, service: Running, *roles: str, areas: Any = ("060",)) -> Speaker:
    return service.as_("sponsor", *roles, sponsor_id=sponsor_id, areas=list(areas), sub="giup")


def learns(service: Running, home: str, starts: date, *more: Any, **fields: Any) -> None:
    household_id = UUID(home.rpartition("/")[2])
    first = SponsorAssigned(
        assignment_id=named(f"help of {home}"),
        household_id=household_id,
        sponsor_id=FIRST,
        starts_on=starts,
        person_in_charge="giup",
        goal="s1:x",
        **fields,
    )
    consume(service.engine, published(REGISTRY, "assignment", first, *more), SERVICE)


def test_a_sponsor_sees_nothing_of_a_household_nobody_gave_them(
    service: Running, home: str
) -> None:
    assert code_of(of(FIRST, service).get(home)) == (404, "not-found")


@pytest.mark.parametrize(("starts", "status"), [(TODAY, 200), (TOMORROW, 404)])
def test_it_is_seen_from_the_first_day(
    service: Running, home: str, starts: date, status: int
) -> None:
    learns(service, home, starts)
    assert of(FIRST, service).get(home).status_code == status
    assert of(SECOND, service).get(home).status_code == 404


@pytest.mark.parametrize(("ends", "status"), [(TOMORROW, 200), (TODAY, 404)])
def test_it_is_seen_until_the_day_it_ends(
    service: Running, home: str, ends: date, status: int
) -> None:
    learns(service, home, YESTERDAY, ends_on=ends)
    assert of(FIRST, service).get(home).status_code == status


def test_who_takes_over_sees_it_and_the_other_no_longer(service: Running, home: str) -> None:
    handover = HandoverAccepted(
        assignment_id=named(f"help of {home}"),
        household_id=UUID(home.rpartition("/")[2]),
        accepted_on=TODAY,
        sponsor_id=SECOND,
        person_in_charge="khac",
    )
    learns(service, home, YESTERDAY, handover)
    assert of(FIRST, service).get(home).status_code == 404
    assert of(SECOND, service).sees(home)["head_name"] == "Lý Văn Hộ"


@pytest.mark.parametrize(("gone", "status"), [(TOMORROW, 200), (TODAY, 404)])
def test_it_is_seen_until_the_sponsor_is_dissolved(
    service: Running, home: str, gone: date, status: int
) -> None:
    learns(service, home, YESTERDAY)
    with service.engine.begin() as connection:
        connection.execute(text("TRUNCATE journal, consumed, held, held_keys"))
    facts = (
        SponsorRegistered(sponsor_id=FIRST, kind="agency", name="Đoàn xã", registered_on=YESTERDAY),
        SponsorDissolved(sponsor_id=FIRST, dissolved_on=gone, reason="s1:x"),
    )
    consume(service.engine, published(REGISTRY, "sponsor", *facts), SERVICE)
    assert of(FIRST, service).get(home).status_code == status
    with service.engine.begin() as connection:
        connection.execute(text("TRUNCATE sponsors_gone"))


def test_a_sponsor_sees_no_more_than_their_role_and_is_written_down(
    service: Running, home: str
) -> None:
    learns(service, home, TODAY)
    shown = of(FIRST, service).sees(home)
    assert shown["village"] == "Nà Lẹng"
    assert {"members", "status", "reviews"}.isdisjoint(shown)
    assert set(of(FIRST, service, "operator").sees(home)) == set(shown)
    for path in ("/v1/households", f"{home}/events", f"{home}/duplicates"):
        assert code_of(of(FIRST, service).get(path)) == (403, "role-missing")
    with service.engine.begin() as connection:
        read = connection.execute(
            ACCESS_LOG.select().where(
                ACCESS_LOG.c.reader == "giup",
                ACCESS_LOG.c.subjects == [UUID(home.rpartition("/")[2])],
            )
        ).all()
    assert [entry.kind for entry in read] == ["household", "household"]


def test_a_sponsor_of_another_area_sees_nothing(service: Running, home: str) -> None:
    learns(service, home, TODAY)
    assert of(FIRST, service, areas=["061"]).get(home).status_code == 404


def test_a_rebuild_leaves_what_was_learnt(service: Running, home: str) -> None:
    learns(service, home, TODAY)
    assert rebuild(service.runtime) == 0
    assert of(FIRST, service).get(home).status_code == 200


def test_cards_are_not_listed_by_what_they_do_not_hold(service: Running, home: str) -> None:
    teller = service.as_("bank_teller", areas=["060"])
    for name in ("group=ethnic_minority", "target_year=2026"):
        assert code_of(teller.get(f"/v1/households?{name}")) == (403, "role-missing")
    items = teller.sees("/v1/households?limit=500")["items"]
    assert home.rpartition("/")[2] in [item["household_id"] for item in items]
    assert "groups" not in items[0]
