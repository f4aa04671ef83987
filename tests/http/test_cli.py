"""The commands that make keys and tokens."""

import json
import stat
from pathlib import Path

import pytest
from click.testing import CliRunner

from cli import keys, token
from shared.auth.issuer import JWKS_FILE, PRIVATE_FILE
from shared.auth.tokens import Authenticator, KeySet

runner = CliRunner()


@pytest.fixture
def data(tmp_path: Path) -> Path:
    made = runner.invoke(keys.command, ["--data", str(tmp_path)])
    assert made.exit_code == 0, made.output
    return tmp_path


def test_keys_are_made_once_and_only_their_owner_reads_them(data: Path) -> None:
    files = [data / PRIVATE_FILE, data / "keys/master.key", data / "keys/province.key"]
    before = [file.read_bytes() for file in files]
    assert runner.invoke(keys.command, ["--data", str(data)]).exit_code == 0
    assert [file.read_bytes() for file in files] == before
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
    assert "d" not in json.loads((data / JWKS_FILE).read_text())["keys"][0]


def test_the_last_line_is_a_token_that_the_services_accept(data: Path) -> None:
    asked = ["--data", str(data), "--role", "commune_officer", "--area", "060@2025-06-30"]
    made = runner.invoke(token.command, asked)
    issued = made.output.splitlines()[-1]
    keyset = KeySet(str(data / JWKS_FILE))
    who = Authenticator(keyset, "giamngheo", "giamngheo").caller(f"Bearer {issued}")
    assert who.roles == {"commune_officer"}
    assert len(who.scope.olds) == 10


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (["--role", "sponsor"], "sponsor_id"),
        (["--role", "auditor", "--role", "inspector"], "auditor"),
        (["--role", "inspector", "--area", "999"], "999"),
        (["--role", "king"], "king"),
    ],
)
def test_a_token_that_would_not_be_accepted_is_not_issued(
    data: Path, asked: list[str], said: str
) -> None:
    made = runner.invoke(token.command, ["--data", str(data), *asked])
    assert made.exit_code != 0
    assert said in made.output


def test_without_keys_it_says_which_command_makes_them(tmp_path: Path) -> None:
    made = runner.invoke(token.command, ["--data", str(tmp_path), "--role", "inspector"])
    assert made.exit_code == 1
    assert "giamngheo keys" in made.output
