"""One owner per data folder; secrets are made once and are nobody else's."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from cli.data_folder import DataFolder
from deploy.bundled import CannotStart


@pytest.fixture
def folder(tmp_path: Path) -> DataFolder:
    made = DataFolder(tmp_path / "data")
    made.make()
    return made


def test_a_second_owner_is_refused_with_a_remedy(folder: DataFolder) -> None:
    with folder.owned():
        assert folder.owner == os.getpid()
        with pytest.raises(CannotStart, match="giamngheo down"), folder.owned():
            pass
    assert folder.owner is None


def test_a_stale_lock_means_nothing(folder: DataFolder) -> None:
    (folder.path / "up.lock").write_text("1")
    assert folder.owner is None
    with folder.owned():
        assert folder.owner == os.getpid()


def test_a_secret_is_made_once(folder: DataFolder) -> None:
    first = folder.secret("password")
    assert folder.secret("password") == first
    assert folder.secret("other") != first
    assert (folder.path / "secrets.json").stat().st_mode & 0o777 == 0o600


def test_a_damaged_file_is_named(folder: DataFolder) -> None:
    (folder.path / "secrets.json").write_text("{")
    with pytest.raises(CannotStart, match=r"secrets\.json"):
        folder.secret("password")
