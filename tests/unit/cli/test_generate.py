"""`giamngheo generate`: what cannot be made, written or loaded is refused in a sentence at once."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from cli.generate import command


def generated(*given: object) -> Result:
    found = CliRunner().invoke(command, [str(each) for each in given])
    assert found.exit_code == 1
    return found


@pytest.mark.parametrize(
    ("plants", "said"),
    [
        (b"\xff\xfe", "it is no TOML"),
        (b"wrong_purpose = ", "it is no TOML"),
        (b"wrong_purpose = true", "a story and a number are needed"),
        (b"wrong_purpose = -1", "a story and a number are needed"),
        (b"no_such_story = 1", "a story and a number are needed"),
    ],
)
def test_a_plant_file_that_is_none_is_told(tmp_path: Path, plants: bytes, said: str) -> None:
    (tmp_path / "plants").write_bytes(plants)
    assert said in generated("--plant", tmp_path / "plants", "--out", tmp_path / "out").output


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "none").touch()
    given = ("--plant", tmp_path / "none", "--households", 1, "--out", tmp_path / "file" / "out")
    assert "--out: không ghi được" in generated(*given).output


def test_without_a_system_to_load_it_into_nothing_is_made(tmp_path: Path) -> None:
    given = ("--load", "--data", tmp_path / "data", "--out", tmp_path / "out")
    assert "giamngheo up" in str(generated(*given).exception)
    assert not (tmp_path / "out").exists()
