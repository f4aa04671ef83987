"""One running system for all tests that only talk to it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.story import People
from tests.support.system import System, running


@pytest.fixture(scope="session")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    """The system as `make up` runs it, on Kafka, without the demo."""
    with running(tmp_path_factory.mktemp("e2e") / "data") as started:
        yield started


@pytest.fixture(scope="session")
def people(system: System) -> People:
    """Everybody with a token."""
    return People.at(system.gateway, system.token)
