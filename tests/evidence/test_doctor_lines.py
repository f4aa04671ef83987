"""`doctor` tells whether the logs are signed, and whether they are what reporting has read."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import Engine

from cli.evidence_lines import evidence
from services.reporting.tlog.copy import Copy
from shared.settings import SERVICES, Settings
from tests.matrix.row import BEFORE
from tests.support import servers
from tests.support.facts import registered, uid
from tests.support.notary import Notary, leaves_on
from tests.support.projecting import database
from tests.support.reporting import SETTINGS, Reporting
from tests.support.servers import PostgresServer

pytestmark = pytest.mark.servers


@pytest.fixture
def where(postgres_server: PostgresServer) -> Iterator[tuple[Settings, Engine]]:
    with servers.fresh_database(postgres_server) as url:
        made = database(url)
        yield replace(SETTINGS, databases=dict.fromkeys(SERVICES, url)), made
        made.dispose()


def test_a_checkpoint_that_does_not_agree_is_told(where: tuple[Settings, Engine]) -> None:
    settings, engine = where
    assert all(line.well for line in evidence(settings))
    reporting = Reporting.over(engine)
    notary = Notary(reporting.log)
    reporting.record(registered(date(2024, 1, 10), BEFORE, uid("home")))
    notary.signs()
    Copy(engine, reporting.log, settings).turn()
    [compared] = [line for line in evidence(settings) if line.what == "audit households"]
    assert compared.well
    assert "compared 1" in compared.state
    [seen] = leaves_on(reporting.log, "households")
    notary.publish(notary.says([replace(seen, digest=bytes(32))]))
    Copy(engine, reporting.log, settings).turn()
    [compared] = [line for line in evidence(settings) if line.what == "audit households"]
    assert not compared.well
