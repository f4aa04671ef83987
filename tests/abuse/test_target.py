"""Whether the system that the other tests abuse is there, and the helpers see what they say."""

import pytest

from tests.abuse.target import ROLES, SERVICES, Target

pytestmark = [pytest.mark.servers, pytest.mark.timeout(300)]


def test_the_seeded_system_answers_everybody(target: Target) -> None:
    for role in ROLES:
        with target.client(role) as client:
            assert client.get("/households/v1/codes").status_code == 200, role
    assert set(target.positions()) == set(SERVICES)
    with target.client("commune_officer") as client:
        household = client.get(f"/households/v1/households/{target.ids['household']}")
        assert household.status_code == 200


def test_a_refusal_is_told_from_an_answer(target: Target) -> None:
    with target.client(None) as nobody:
        target.problem_within(lambda: nobody.get("/loans/v1/loans"), "unauthenticated")
    request = b"GET /loans/v1/loans HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
    target.problem_within(lambda: target.raw(request), "unauthenticated")
    with target.client("commune_officer") as officer, pytest.raises(AssertionError):
        target.problem_within(lambda: officer.get("/loans/v1/loans"), "unauthenticated")
