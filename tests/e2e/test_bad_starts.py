"""A start that cannot succeed says so in one sentence with a remedy, and the next one works."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from tests.support.servers import PostgresServer
from tests.support.system import free_ports, giamngheo

pytestmark = [pytest.mark.servers, pytest.mark.timeout(240)]


def failed(*options: str, **environ: str) -> str:
    """Start, and return what is said about why it did not go."""
    done = giamngheo("up", "--no-demo", *options, environ=environ)
    said = done.stdout + done.stderr
    assert done.returncode != 0, said
    assert "Traceback" not in said
    return said


def test_a_port_in_use_is_named(tmp_path: Path) -> None:
    base = free_ports()
    with socket.socket() as other:
        other.bind(("127.0.0.1", base + 2))
        other.listen()
        said = failed("--data", str(tmp_path / "data"), "--port-base", str(base))
    assert str(base + 2) in said
    assert "--port-base" in said


def test_a_wrong_password_is_said_without_telling_the_right_one(
    tmp_path: Path, postgres_server: PostgresServer
) -> None:
    wrong = f"postgresql://postgres:wrong@{postgres_server.host}:{postgres_server.port}/postgres"
    base = str(free_ports())
    where = ("--data", str(tmp_path / "data"), "--port-base", base)
    said = failed(*where, DATABASE_URL=wrong, LOG="embedded")
    assert "DATABASE_URL" in said
    assert postgres_server.password not in said


def test_a_server_that_is_not_there_is_named(tmp_path: Path) -> None:
    nobody = free_ports()
    url = f"postgresql://postgres:x@127.0.0.1:{nobody}/postgres"
    where = ("--data", str(tmp_path / "data"), "--port-base", str(free_ports()))
    said = failed(*where, DATABASE_URL=url, LOG="embedded")
    assert str(nobody) in said


def test_an_address_that_leads_nowhere_is_said_before_anything_is_started(tmp_path: Path) -> None:
    url = f"postgresql://households:x@127.0.0.1:{free_ports()}/households"
    where = ("--data", str(tmp_path / "data"), "--port-base", str(free_ports()))
    said = failed(*where, DATABASE_URL_HOUSEHOLDS=url)
    assert "DATABASE_URL_HOUSEHOLDS" in said
    assert not (tmp_path / "data" / "kafka").exists()


def test_an_unknown_kind_of_log_is_refused(tmp_path: Path) -> None:
    assert "LOG" in failed("--data", str(tmp_path / "data"), LOG="papyrus")
