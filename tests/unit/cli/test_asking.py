"""A command that is given no token signs one with the key of its data folder."""

from __future__ import annotations

from pathlib import Path

import click
import pytest

from cli.asking import token_of
from cli.data_folder import DataFolder
from shared.auth.issuer import JWKS_FILE, ensure_issuer
from shared.auth.tokens import Authenticator, KeySet
from shared.settings import DATABASES


def folder_at(path: Path) -> DataFolder:
    """A data folder as `up` leaves it."""
    folder = DataFolder(path)
    addresses = {f"DATABASE_URL_{name.upper()}": "postgresql://x" for name in DATABASES}
    keys = {"MASTER_KEY": "0" * 64, "PROVINCE_KEY": "1" * 64}
    log = {"LOG": "kafka", "KAFKA_BOOTSTRAP": "127.0.0.1:1"}
    folder.write("environment.json", addresses | keys | log | {"JWT_JWKS": str(path / JWKS_FILE)})
    return folder


def test_the_token_is_one_that_the_services_of_the_folder_accept(tmp_path: Path) -> None:
    ensure_issuer(tmp_path)
    token = token_of(folder_at(tmp_path), "district_officer", "cb-01")
    keys = KeySet(str(tmp_path / JWKS_FILE))
    who = Authenticator(keys, "giamngheo", "giamngheo").caller(f"Bearer {token}")
    assert who.sub == "cb-01"
    assert who.roles == {"district_officer"}
    assert who.scope.everything


def test_without_a_key_it_says_that_a_token_must_be_given(tmp_path: Path) -> None:
    with pytest.raises(click.ClickException, match="--token"):
        token_of(folder_at(tmp_path), "district_officer", "cb-01")
