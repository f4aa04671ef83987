"""The whole path over HTTP only: from the counter to a finding, also when processes are killed."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import httpx
import pytest

from tests.support.servers import eventually
from tests.support.story import (
    COMMUNE,
    People,
    disburse_loan,
    inspect_wrong_purpose,
    register_poor_household,
    set_exit_target,
)
from tests.support.system import System, running

pytestmark = [pytest.mark.servers, pytest.mark.faults, pytest.mark.timeout(300)]


def test_money_for_cattle_that_bought_a_motorcycle_is_seen(people: People) -> None:
    household, head = register_poor_household(people)
    loan, disbursement = disburse_loan(people, household, head)
    inspect_wrong_purpose(people, loan, disbursement)
    people.inspector.awaited_codes(
        "/reporting/v1/misuse", ["WRONG_PURPOSE"], household_id=household
    )
    (found,) = people.inspector.read("/reporting/v1/misuse", household_id=household)["items"]
    assert found["severity"] == "critical"
    assert found["opened_on"] == "2025-09-25"
    assert found["loan_id"] == loan


def test_a_target_nobody_helps_with_is_stalled_from_the_31st_day(people: People) -> None:
    household, _ = register_poor_household(people)
    set_exit_target(people, household)
    stalled = "/reporting/v1/stalled"
    code = "TARGET_WITHOUT_SPONSOR"
    ask = {"household_id": household, "code": code}
    people.inspector.awaited_codes(stalled, [code], valid_at="2025-09-15", **ask)
    assert people.inspector.codes(stalled, valid_at="2025-09-14", **ask) == []


def test_killed_movers_and_projectors_lose_nothing(system: System, people: People) -> None:
    household, head = register_poor_household(people)
    loan, disbursement = disburse_loan(people, household, head)

    def both() -> list[int]:
        found = system.pids("services", "mover"), system.pids("services.reporting", "project")
        return [*found[0], *found[1]] if all(found) else []

    for pid in eventually(both):
        os.kill(pid, signal.SIGKILL)
    inspect_wrong_purpose(people, loan, disbursement)
    people.inspector.awaited_codes(
        "/reporting/v1/misuse", ["WRONG_PURPOSE"], household_id=household
    )
    eventually(system.is_up)


def test_an_area_that_is_not_the_readers_shows_nothing(system: System, people: People) -> None:
    household, _ = register_poor_household(people)
    timeline = f"{system.gateway}/reporting/v1/households/{household}/timeline"
    seen = {"Authorization": f"Bearer {people.inspector.token}"}
    eventually(lambda: httpx.get(timeline, headers=seen).status_code == 200)
    elsewhere = system.token("inspector", "--area", "01840")
    answer = httpx.get(timeline, headers={"Authorization": f"Bearer {elsewhere}"})
    assert (answer.status_code, answer.json()["code"]) == (404, "not-found")


@pytest.mark.parametrize(
    ("body", "pointer", "code"),
    [
        ({"amount": -1}, "/amount", "out-of-range"),
        ({"amount": 1.5}, "/amount", "wrong-type"),
        ({"applied_on": "2099-01-01"}, "/applied_on", "in-future"),
        ({"colour": "red"}, "/colour", "unknown-field"),
    ],
)
def test_bad_input_is_named_and_leaves_no_event(
    people: People, body: dict[str, object], pointer: str, code: str
) -> None:
    whole = {
        "applied_on": "2025-09-01",
        "household_id": "01990000-0000-7000-8000-000000000001",
        "borrower_member_id": "01990000-0000-7000-8000-000000000002",
        "programme": "HN",
        "purpose": "cattle",
        "amount": 1,
        "term_months": 12,
        "commune_code": COMMUNE,
    }
    answer = people.teller.send("/loans/v1/loans", {**whole, **body})
    assert answer.status_code == 422, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert [(e["pointer"], e["code"]) for e in answer.json()["errors"]] == [(pointer, code)]
    ask = {"household_id": str(whole["household_id"])}
    assert people.teller.read("/loans/v1/loans", **ask)["items"] == []


def test_a_second_start_keeps_the_data(tmp_path: Path) -> None:
    data = tmp_path / "data"
    with running(data, environ={"LOG": "embedded"}) as first:
        household, _ = register_poor_household(People.at(first.gateway, first.token))
    with running(data, environ={"LOG": "embedded"}) as second:
        people = People.at(second.gateway, second.token)
        found = people.commune.read(f"/households/v1/households/{household}")
        assert found["status"] == "poor"
