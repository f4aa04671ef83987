"""PostgreSQL out of its wheel: keeps its data, comes back from a kill, says why it cannot start."""

from __future__ import annotations

import shutil
import socket
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from deploy.bundled import CannotStart, postgres
from deploy.bundled.postgres import RunningPostgres

pytestmark = [pytest.mark.servers, pytest.mark.faults]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder that was made once and stopped cleanly."""
    folder = tmp_path_factory.mktemp("made")
    server = postgres.start(folder)
    with psycopg.connect(server.url()) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 1 AS n")
    assert server.stop()
    return folder


@pytest.fixture
def data(made: Path, tmp_path: Path) -> Path:
    """A copy of that folder, for one test."""
    return Path(shutil.copytree(made, tmp_path / "data"))


@pytest.fixture
def server(data: Path) -> Iterator[RunningPostgres]:
    running = postgres.start(data)
    yield running
    running.kill()


def kept(server: RunningPostgres) -> int:
    with psycopg.connect(server.url()) as connection:
        row = connection.execute("SELECT n FROM kept").fetchone()
    assert row is not None
    return int(row[0])


def test_a_later_start_keeps_the_data_and_the_password(server: RunningPostgres) -> None:
    assert kept(server) == 1


def test_it_recovers_from_a_kill(server: RunningPostgres) -> None:
    with psycopg.connect(server.url()) as connection:
        connection.execute("UPDATE kept SET n = 2")
    server.kill()
    again = postgres.start(server.data_dir, server.port)
    assert kept(again) == 2
    assert again.stop()


def test_a_server_left_behind_is_stopped_first(server: RunningPostgres) -> None:
    again = postgres.start(server.data_dir)
    assert server.process is not None
    assert server.process.wait(60) == 0
    assert kept(again) == 1
    assert again.stop()


def test_a_lock_that_names_a_stranger_is_removed(data: Path) -> None:
    (data / "pgdata" / "postmaster.pid").write_text("1\n/elsewhere\n")
    server = postgres.start(data)
    assert kept(server) == 1
    assert server.stop()


def test_a_wrong_password_does_not_get_in(server: RunningPostgres) -> None:
    url = server.url().replace(server.password, "wrong")
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(url)


def test_a_port_in_use_is_said_and_the_next_start_works(data: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(CannotStart, match=str(port)):
            postgres.start(data, port)
    server = postgres.start(data, port)
    assert server.port == port
    assert server.stop()


def test_another_versions_folder_is_refused(data: Path) -> None:
    (data / "pgdata" / "PG_VERSION").write_text("15\n")
    with pytest.raises(CannotStart, match="PostgreSQL 15"):
        postgres.start(data)


@pytest.mark.parametrize("lost", ["PG_VERSION", "global/pg_control"])
def test_a_damaged_folder_is_refused_untouched(data: Path, lost: str) -> None:
    (data / "pgdata" / lost).unlink()
    with pytest.raises(CannotStart, match="damaged"):
        postgres.start(data)
    assert (data / "pgdata" / "base").exists()
