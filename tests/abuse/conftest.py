"""One seeded system for all tests of abuse (about ten seconds to start)."""

from __future__ import annotations

import uuid
from collections.abc import Iterator

import pytest

from tests.abuse.target import ROLES, Target
from tests.support.api import Api
from tests.support.servers import eventually
from tests.support.story import COMMUNE, People, disburse_loan, register_poor_household
from tests.support.system import System, running

SEEDED = {"households": 6, "loans": 12, "sponsorship": 4}


@pytest.fixture(scope="session")
def abused(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    """The system as `make up` runs it, its log in PostgreSQL: Kafka has no part in this."""
    data = tmp_path_factory.mktemp("abuse") / "data"
    with running(data, environ={"LOG": "embedded"}) as started:
        yield started


@pytest.fixture(scope="session")
def target(abused: System) -> Target:
    """The system with households, loans and assignments, and a token for each role everywhere."""
    sponsor = str(uuid.uuid4())
    named = {"sponsor": ("--sponsor", sponsor)}
    tokens = {
        role: abused.token(role, "--area", "*", "--sub", f"a {role}", *named.get(role, ()))
        for role in ROLES
    }
    ids = {"sponsor": sponsor} | seeded(abused, sponsor)
    made = Target("127.0.0.1", abused.port_base, tokens, abused.token, ids)
    # what was recorded has its position a moment later: no event of these is to be met by a test
    eventually(lambda: all(made.positions()[name] >= count for name, count in SEEDED.items()))
    return made


def seeded(system: System, sponsor: str) -> dict[str, str]:
    """Record three households, each with a loan and an assignment; return the last one's ids."""
    people = People.at(system.gateway, system.token)
    district: Api = people.district
    registration = {"sponsor_id": sponsor, "kind": "agency", "name": "Sở Thử"}
    district.command("/sponsorship/v1/sponsors", registration | {"registered_on": "2025-01-01"})
    ids: dict[str, str] = {}
    for _ in range(3):
        household, head = register_poor_household(people)
        loan, disbursement = disburse_loan(people, household, head)
        assignment = str(uuid.uuid4())
        district.command(
            "/sponsorship/v1/assignments",
            {
                "assignment_id": assignment,
                "starts_on": "2025-08-20",
                "household_id": household,
                "sponsor_id": sponsor,
                "goal": "thoát nghèo",
                "commune_code": COMMUNE,
            },
        )
        ids = {"household": household, "head": head, "loan": loan, "assignment": assignment}
        ids["disbursement"] = disbursement
    return ids
