from collections.abc import Iterator

import pytest

from tests.matrix import findings
from tests.matrix.office import Office, opened
from tests.support.servers import PostgresServer


@pytest.fixture(scope="session")
def office(postgres_server: PostgresServer) -> Iterator[Office]:
    """All services with one household's affairs; nothing that is asked here changes them."""
    with opened(postgres_server) as found:
        findings.record(found.services["reporting"].engine)
        yield found
