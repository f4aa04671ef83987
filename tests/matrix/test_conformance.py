"""The OpenAPI documents say how every request is answered, held over HTTP by schemathesis."""

import pytest

from tests.matrix.office import SERVICES, opened
from tests.support.conforming import conformance
from tests.support.servers import PostgresServer

pytestmark = pytest.mark.servers


@pytest.mark.parametrize("service", [each.name for each in SERVICES])
def test_every_answer_and_refusal_is_documented_with_its_code(
    postgres_server: PostgresServer, service: str
) -> None:
    with opened(postgres_server) as office:
        verdict = conformance(office, service, examples=2, seed=30, limits=False)
    assert not verdict.families, verdict.report()


@pytest.mark.parametrize("service", [each.name for each in SERVICES])
def test_the_document_is_of_3_1_and_names_what_every_service_has(
    postgres_server: PostgresServer, service: str
) -> None:
    with opened(postgres_server) as office:
        document = office.ask(service, "GET", "/openapi.json", {}).get_json()
    assert document["openapi"].startswith("3.1.")
    assert {"/v1/commands", "/v1/codes", "/v1/codes/{name}", "/health/live", "/health/ready"} <= (
        document["paths"].keys()
    )
    assert document["security"] == [{"bearer": []}]
    assert document["paths"]["/health/live"]["get"]["security"] == []
