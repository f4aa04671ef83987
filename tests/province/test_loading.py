"""A province recorded in running services gives the findings that are true of it."""

from collections.abc import Iterator
from contextlib import ExitStack, closing
from datetime import date
from pathlib import Path
from uuid import UUID

import msgspec
import pytest

from cli.generate import generate
from cli.loading import load
from services.reporting.domain.pauses import pauses
from services.reporting.queries.scoring import Detection, scores
from shared.database import engine
from shared.migrate import migrate
from shared.mover.sequencer import Sequencer
from shared.recorded import Recorded
from shared.run import declared
from shared.settings import DATABASES, SERVICES, Settings
from shared.store.postgres import PostgresStore
from simulation.making import COMMANDS, TRUTH
from simulation.truth import Truth
from tests.support.servers import PostgresServer, fresh_database

pytestmark = [pytest.mark.servers, pytest.mark.timeout(180)]

LAST = date(2024, 12, 31)
PLANTED = (
    "corrected_check",
    "unknown_borrower",
    "shared_payee",
    "paused",
    "handover_waiting",
    "misuse_unworked",
)
DECISIONS = 4
"""Twice assigned, twice confirmed: the story of misuse that nobody works on."""


@pytest.fixture(scope="module")
def settings(postgres_server: PostgresServer) -> Iterator[Settings]:
    with ExitStack() as stack:
        databases = {
            name: stack.enter_context(fresh_database(postgres_server)) for name in DATABASES
        }
        made = Settings(
            databases=databases,
            jwks="-",
            master_key=bytes(range(32)),
            province_key=bytes(range(32)),
        )
        migrate(made)
        yield made


@pytest.fixture(scope="module")
def province(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("province")
    plant = folder / "plant.toml"
    plant.write_text("".join(f"{name} = 1\n" for name in PLANTED), encoding="utf-8")
    generate(folder, households=14, span="2021-2024", seed=3, plant=plant, until=LAST)
    return folder


@pytest.fixture(scope="module")
def left_out(settings: Settings, province: Path) -> int:
    return load(settings, province)


def stored(settings: Settings) -> list[Recorded]:
    found: list[Recorded] = []
    for name in SERVICES:
        own = engine(settings.databases[name], name="tests", pool_size=2)
        with closing(Sequencer(own)) as sequencer:
            while sequencer.run_pass():
                pass
        found += PostgresStore(own, declared(name).registry).read_log(0, 100_000)
        own.dispose()
    return found


def test_the_loaded_province_gives_what_is_true_of_it(
    settings: Settings, province: Path, left_out: int
) -> None:
    assert left_out == DECISIONS
    by_key: dict[UUID, list[Recorded]] = {}
    for each in stored(settings):
        by_key.setdefault(each.meta.key, []).append(each)
    kinds = ("ClocksPaused", "PauseEnded")
    paused = pauses(one for own in by_key.values() for one in own if one.meta.type in kinds)
    detection = Detection(LAST, paused)
    for key, history in by_key.items():
        detection.take(key, history)
    told = (province / TRUTH).read_bytes().splitlines()
    truth = [msgspec.json.decode(line, type=Truth) for line in told]
    known = [each for each in truth if each.code != "MISUSE_UNWORKED"]
    assert [each for each in scores(detection.found(), known) if each.missed or each.wrong] == []


def test_loading_it_twice_changes_nothing(
    settings: Settings, province: Path, left_out: int
) -> None:
    before = [each.digest for each in stored(settings)]
    assert load(settings, province) == left_out
    assert [each.digest for each in stored(settings)] == before
    commands = (province / COMMANDS).read_bytes().splitlines()
    assert len(before) == len(commands) - DECISIONS
