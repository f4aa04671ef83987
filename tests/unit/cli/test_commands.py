"""The command line says what is wrong in one sentence, and changes nothing when it cannot start."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

import cli


def run(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    monkeypatch.setattr("sys.argv", ["giamngheo", *arguments])
    return cli.main()


@pytest.mark.parametrize(
    ("setting", "value"),
    [("LOG", "papyrus"), ("PARTITIONS", "0"), ("MASTER_KEY", "abc")],
    ids=["log", "partitions", "key"],
)
def test_a_wrong_setting_is_named_before_anything_starts(
    setting: str,
    value: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv(setting, value)
    assert run(monkeypatch, "up", "--data", str(tmp_path / "data")) == 1
    said = capsys.readouterr().err
    assert setting in said
    assert said.count("\n") == 1
    assert not (tmp_path / "data" / "postgres").exists()


def test_a_folder_that_cannot_be_made_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("")
    assert run(monkeypatch, "up", "--data", str(tmp_path / "file" / "data")) == 1
    assert "--data" in capsys.readouterr().err


def test_down_with_nothing_running_is_fine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert run(monkeypatch, "down", "--data", str(tmp_path / "data")) == 0


def test_doctor_says_that_nothing_runs_and_how_to_begin(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    assert run(monkeypatch, "doctor", "--data", str(tmp_path / "data")) == 1
    assert "giamngheo up" in capsys.readouterr().out


@pytest.mark.enable_socket
def test_a_port_in_use_is_named_with_a_remedy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        base = str(port - 2)
        assert run(monkeypatch, "up", "--data", str(tmp_path / "d"), "--port-base", base) == 1
    said = capsys.readouterr().err
    assert str(port) in said or str(port - 1) in said or base in said
    assert "--port-base" in said
