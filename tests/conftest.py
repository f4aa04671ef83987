"""What every test may ask for: real servers of this run, and corners of them of its own."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, Phase, settings

from tests.support import servers
from tests.support.servers import KafkaServer, PostgresServer

# A busy machine is no counter-example. Explaining one traces every line of every further example:
# on a busy machine the deadline of the test came first, and the example was lost.
settings.register_profile(
    "patient",
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    phases=[phase for phase in Phase if phase is not Phase.explain],
)
# what decides whether a change lands gives one commit one verdict; `make test` goes on searching
settings.register_profile("decides", parent=settings.get_profile("patient"), derandomize=True)
# a planted bug need only be seen: the smallest example of it is nobody's concern, and took minutes
settings.register_profile(
    "guest",
    parent=settings.get_profile("patient"),
    phases=(Phase.explicit, Phase.generate),
    derandomize=True,  # seen once, seen always
)
_guest = "guest" if "GIAMNGHEO_TEST_GUEST" in os.environ else None
settings.load_profile(_guest or os.environ.get("HYPOTHESIS_PROFILE", "patient"))

pytest_plugins = ["tests.support.tiers"]


def _is_guest(config: pytest.Config) -> bool:
    """Tell whether the servers belong to another run: the one that split this one off."""
    return hasattr(config, "workerinput") or "GIAMNGHEO_TEST_GUEST" in os.environ


def pytest_configure(config: pytest.Config) -> None:
    if not _is_guest(config):
        servers.make_folder()


def pytest_unconfigure(config: pytest.Config) -> None:
    if not _is_guest(config):
        servers.remove_folder()


@pytest.fixture(scope="session")
def postgres_server() -> PostgresServer:
    """The PostgreSQL of this run; started at first use."""
    return servers.shared_postgres()


@pytest.fixture(scope="session")
def kafka_server() -> KafkaServer:
    """The Kafka broker of this run; started at first use."""
    return servers.shared_kafka()


@pytest.fixture
def postgres_url(postgres_server: PostgresServer) -> Iterator[str]:
    """A `postgresql://` address of an empty database for one test (superuser)."""
    with servers.fresh_database(postgres_server) as url:
        yield url


@pytest.fixture
def topic_prefix() -> str:
    """A prefix that no other test's topics have."""
    return f"t{uuid.uuid4().hex[:12]}."
