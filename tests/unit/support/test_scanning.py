"""What is looked for is found in whatever form it was written."""

from base64 import b64encode
from pathlib import Path

import pytest

from tests.support.scanning import files_with

SECRET = "Zqxkvw Một"


@pytest.mark.parametrize(
    "written",
    [
        SECRET.encode(),
        SECRET.encode("utf-16-le"),
        SECRET.encode().hex().encode(),
        b64encode(SECRET.encode()),
        b64encode(b"1" + SECRET.encode() + b"2"),
        b64encode(b"12" + SECRET.encode()),
        b64encode(b"123" + SECRET.encode() + b"34"),
    ],
    ids=["plain", "utf-16", "hex", "base64", "base64 after 1", "base64 after 2", "base64 after 3"],
)
def test_a_secret_is_found(tmp_path: Path, written: bytes) -> None:
    (tmp_path / "below").mkdir()
    (tmp_path / "below" / "file").write_bytes(b"before " + written + b" after")
    assert files_with(tmp_path, [SECRET]) == {"below/file": [SECRET]}


def test_what_is_not_there_is_not_found(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"Zqxkv")
    assert files_with(tmp_path, [SECRET]) == {}
