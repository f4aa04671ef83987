"""`giamngheo recover` and what `doctor` says of it, on real databases with the embedded log."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import psycopg
import pytest

import cli
from cli.check_topics import agreements
from cli.data_folder import DataFolder
from shared.log import open_log
from shared.migrate import migrate
from shared.mover.relay import Relay
from shared.mover.sequencer import Sequencer
from shared.settings import DATABASES, Settings
from shared.store.postgres import PostgresStore
from tests.support.records import registry
from tests.support.servers import PostgresServer, fresh_database
from tests.support.store import engine_of, write

pytestmark = pytest.mark.servers


@pytest.fixture
def folder(postgres_server: PostgresServer, tmp_path: Path) -> Iterator[DataFolder]:
    with ExitStack() as databases:
        urls = {
            f"DATABASE_URL_{name.upper()}": databases.enter_context(fresh_database(postgres_server))
            for name in (*DATABASES, "log")
        }
        made = DataFolder(tmp_path)
        keys = dict.fromkeys(("MASTER_KEY", "PROVINCE_KEY"), "00" * 32)
        fixed = {"LOG": "embedded", "JWT_JWKS": "jwks.json", "PARTITIONS": "3"}
        made.write("environment.json", {**urls, **keys, **fixed})
        settings = made.settings()
        migrate(settings)
        log = open_log(settings)
        log.ensure_topics(settings.topics.values(), 3)
        log.close()
        yield made


def run(folder: DataFolder, monkeypatch: pytest.MonkeyPatch) -> int:
    monkeypatch.setattr("sys.argv", ["giamngheo", "recover", "--data", str(folder.path)])
    return cli.main()


def publish(settings: Settings) -> None:
    log = open_log(settings)
    with engine_of(settings.databases["households"]) as engine:
        store = PostgresStore(engine, registry())
        write(store, "a")
        sequencer = Sequencer(engine)
        assert sequencer.run_pass() == 6
        sequencer.close()
        assert Relay(store, log, settings.topic("households"), 3).run_once() == 6
    log.close()


def wrong(settings: Settings) -> list[str]:
    return [line.state for line in agreements(settings) if not line.well]


def test_where_all_agree_nothing_is_done(
    folder: DataFolder, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    publish(folder.settings())
    assert wrong(folder.settings()) == []
    assert run(folder, monkeypatch) == 0
    assert capsys.readouterr().out.count("nothing to do") == 4


def test_a_lost_log_is_named_and_then_filled_again(
    folder: DataFolder, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = folder.settings()
    publish(settings)
    with psycopg.connect(settings.databases["log"]) as lost:
        lost.execute("DROP SCHEMA public CASCADE")
        lost.execute("CREATE SCHEMA public")
    migrate(settings)
    log = open_log(settings)
    log.ensure_topics(settings.topics.values(), 3)
    log.close()
    (said,) = wrong(settings)
    assert "giamngheo recover" in said
    assert run(folder, monkeypatch) == 0
    assert "publishes again after position 0" in capsys.readouterr().out
    assert wrong(settings) == []


def test_a_server_that_is_away_is_said_in_one_sentence(
    folder: DataFolder, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    environment = folder.environment
    gone = {f"DATABASE_URL_{name.upper()}": "postgresql://x@127.0.0.1:1/x" for name in DATABASES}
    folder.write("environment.json", {**environment, **gone})
    assert run(folder, monkeypatch) == 1
    said = capsys.readouterr().err
    assert "giamngheo up" in said
    assert "Traceback" not in said
