"""Without evidence nothing is recorded: commands are refused, reads and metrics say why."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from sqlalchemy import text

from services.households.app import SERVICE
from shared.http.app import create_app
from shared.tlog.health import LOOK_AGAIN_S, EvidenceWatch
from shared.tlog.schema import OWN
from tests.matrix.row import BEFORE
from tests.support.counter_app import authenticator
from tests.support.servers import PostgresServer
from tests.support.service_app import Running, Speaker, code_of, running

pytestmark = pytest.mark.servers

BODY = {
    "registered_on": "2024-01-10",
    "head": {"full_name": "Hoàng Văn Thử", "able_to_work": True},
    "commune_code": BEFORE,
    "village": "Nà Lẹng",
    "area_type": "rural",
}


class Watch:
    """A clock for the watch, moved by hand."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture(scope="module")
def service(postgres_server: PostgresServer) -> Iterator[Running]:
    with running(postgres_server, SERVICE) as found:
        yield found


def tell(service: Running, problem: str | None) -> None:
    with service.engine.begin() as connection:
        connection.execute(
            text(
                f"INSERT INTO {OWN}.trees (source, problem) VALUES ('households', :problem)"
                " ON CONFLICT (source) DO UPDATE SET problem = excluded.problem"
            ),
            {"problem": problem},
        )


def test_commands_are_refused_while_evidence_cannot_be_written(service: Running) -> None:
    clock = Watch()
    watched = replace(service.runtime, evidence=EvidenceWatch(service.engine, clock))
    client = create_app(watched, authenticator=authenticator()).test_client()
    officer = Speaker(client, service.as_("commune_officer").who)
    assert officer.post("/v1/households", BODY).status_code == 201
    tell(service, "NoKey: EVIDENCE_KEY")
    clock.now += LOOK_AGAIN_S
    answer = officer.post("/v1/households", BODY)
    assert code_of(answer) == (503, "evidence-unavailable")
    assert "EVIDENCE_KEY" in answer.text
    line = {"key": "1", "method": "POST", "path": "/v1/households", "body": BODY}
    batch = client.post(
        "/v1/commands",
        json=line,
        headers=officer.who | {"Content-Type": "application/x-ndjson"},
    )
    assert "evidence-unavailable" in batch.text
    assert "evidence_refused" in client.get("/metrics").text
    ready = client.get("/health/ready").get_json()
    assert ready["evidence"] == "NoKey: EVIDENCE_KEY"
    tell(service, None)
    clock.now += LOOK_AGAIN_S
    assert officer.post("/v1/households", BODY).status_code == 201
    assert "evidence" not in client.get("/health/ready").get_json()
    with service.engine.begin() as connection:
        assert connection.execute(text("SELECT count(*) FROM events")).scalar_one() >= 2
