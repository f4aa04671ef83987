from collections.abc import Iterator
from contextlib import ExitStack, closing
from datetime import date
from uuid import UUID

import pytest

from cli.demo import load
from services.reporting.detection.detect import cut, findings
from services.reporting.domain.dossier import fold
from shared.clock import today
from shared.database import engine
from shared.migrate import migrate
from shared.mover.sequencer import Sequencer
from shared.recorded import Recorded
from shared.run import declared
from shared.settings import DATABASES, Settings
from shared.store.postgres import PostgresStore
from simulation.demo.book import demo_id
from simulation.demo.cast import PLANTED, players
from simulation.demo.people import communes
from simulation.demo.province import SERVICES, written
from tests.support.findings import BOOK, shared
from tests.support.servers import PostgresServer, fresh_database

pytestmark = pytest.mark.servers

FEW = 56
"""All that have a part of their own, and some ordinary ones."""


@pytest.fixture(scope="module")
def settings(postgres_server: PostgresServer) -> Iterator[Settings]:
    with ExitStack() as stack:
        databases = {
            name: stack.enter_context(fresh_database(postgres_server))
            for name in (*SERVICES, *set(DATABASES) - set(SERVICES))
        }
        made = Settings(
            databases=databases,
            jwks="-",
            master_key=bytes(range(32)),
            province_key=bytes(range(32)),
        )
        migrate(made)
        yield made


def stored(settings: Settings, name: str) -> list[Recorded]:
    own = engine(settings.databases[name], name="tests", pool_size=2)
    try:
        with closing(Sequencer(own)) as sequencer:
            while sequencer.run_pass():
                pass
        return PostgresStore(own, declared(name).registry).read_log(0, 100_000)
    finally:
        own.dispose()


@pytest.fixture(scope="module")
def recorded(settings: Settings) -> list[Recorded]:
    load(settings, FEW)
    return [event for name in SERVICES for event in stored(settings, name)]


def open_codes(recorded: list[Recorded], on: date) -> dict[str, set[UUID]]:
    found: dict[str, set[UUID]] = {}
    homes = {each.meta.key for each in recorded}
    by_home = {home: [each for each in recorded if each.meta.key == home] for home in homes}
    for home, own in by_home.items():
        for shown in cut(findings(fold(home, own), BOOK), on):
            if shown.is_open:
                found.setdefault(shown.interval.code, set()).add(home)
    return found


def homes(code: str) -> set[UUID]:
    return {demo_id("household", index) for index in players(PLANTED[code])}


def test_exactly_what_is_planted_is_found(recorded: list[Recorded]) -> None:
    found = open_codes(recorded, today())
    wanted = {code: homes(code) for code in PLANTED if code != "SHARED_PAYEE"}
    assert {code: found.get(code, set()) for code in wanted} == wanted


def test_two_households_share_a_payee(recorded: list[Recorded]) -> None:
    refs = {
        each.event.payee.account_ref
        for each in recorded
        if each.meta.type == "LoanDisbursed" and each.meta.key in homes("SHARED_PAYEE")
    }
    (ref,) = refs
    (finding,) = shared("payee", ref, recorded)
    assert finding.code == "SHARED_PAYEE"


def test_loading_twice_changes_nothing(settings: Settings, recorded: list[Recorded]) -> None:
    load(settings, FEW)
    again = [event for name in SERVICES for event in stored(settings, name)]
    assert [each.digest for each in again] == [each.digest for each in recorded]


def test_nothing_is_of_today_or_later_and_the_loading_says_so(recorded: list[Recorded]) -> None:
    assert all(each.meta.occurred_on < today() for each in recorded)
    assert {each.meta.origin for each in recorded} == {"history"}
    assert {each.meta.loaded_by for each in recorded} == {"demo"}


@pytest.mark.parametrize("day", [date(2025, 9, 1), date(2026, 1, 1), date(2028, 2, 29)])
def test_the_same_day_writes_the_same_lines(day: date) -> None:
    for name in SERVICES:
        lines = written(day).of(name)
        assert lines == written(day).of(name)
        assert len({line["key"] for line in lines}) == len(lines)
        assert max(line["recorded_at"] for line in lines) < day.isoformat()


def test_the_communes_are_those_of_pac_nam_and_ba_be() -> None:
    assert len(communes()) == 25
