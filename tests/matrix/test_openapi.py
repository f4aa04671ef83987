"""What the OpenAPI documents say is what the services do, whatever is sent."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis.checks import CHECKS
from schemathesis.core.failures import FailureGroup

from tests.matrix.office import SERVICES, Office, opened
from tests.matrix.row import AUDITOR, IDS
from tests.support.conforming import row_of
from tests.support.counter_app import bearer
from tests.support.servers import PostgresServer

pytestmark = pytest.mark.servers

EXAMPLES = 5
"""Requests per endpoint: enough to meet what is common, in a few seconds."""
KEPT = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
)
THERE = {f"{name}_id": found for name, found in IDS.items()}


@pytest.fixture(scope="module")
def used(postgres_server: PostgresServer) -> Iterator[Office]:
    """An office of one's own: what is sent here may be accepted."""
    with opened(postgres_server) as found:
        yield found


def failures_of(service: str, operation: Any) -> str:
    """Send what the document allows, to things that are there and to others; tell what is off."""
    row = row_of(service, operation.method, operation.path)
    who = bearer(row.may[0] if row else AUDITOR, sponsor_id=UUID(IDS["agency"]))
    checks = [CHECKS.get_one(name) for name in KEPT]

    @settings(
        max_examples=EXAMPLES,
        database=None,
        derandomize=True,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(), there=st.booleans())
    def ask(case: Any, there: bool) -> None:
        if there:
            case.path_parameters = {
                name: THERE.get(name, given) for name, given in case.path_parameters.items()
            }
        case.validate_response(case.call(headers=who), checks=checks)

    try:
        ask()
    except FailureGroup as found:
        return f"{operation.label}: " + "; ".join(
            f"{each.title}: {each.message}" for each in found.exceptions
        )
    return ""


def operations_of(document: Any) -> list[Any]:
    return [each.ok() for each in document.get_all_operations()]


@pytest.mark.parametrize("service", [each.name for each in SERVICES])
def test_every_answer_is_one_that_the_document_has(used: Office, service: str) -> None:
    app = used.services[service].client.application
    document = schemathesis.openapi.from_wsgi("/openapi.json", app)
    wrong = [failures_of(service, each) for each in operations_of(document)]
    assert list(filter(None, wrong)) == []
