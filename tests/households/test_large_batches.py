"""Ten thousand lines of one household: work that grows with their number, and no faster."""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event, text

from services.households.app import SERVICE
from services.households.decider import HOUSEHOLD
from shared.commands import batch
from shared.http.app import create_app
from shared.http.limits import Limits
from shared.ids import named
from tests.support.counter_app import authenticator
from tests.support.registering import register
from tests.support.servers import PostgresServer
from tests.support.service_app import Running, Speaker, running

pytestmark = pytest.mark.servers

NOW = datetime(2026, 3, 2, 3, tzinfo=UTC)
Line = dict[str, Any]
TABLES = ("households", "household_periods", "citizens", "people", "name_words")


@pytest.fixture(scope="module")
def service(postgres_server: PostgresServer) -> Iterator[Running]:
    with running(postgres_server, SERVICE, clock=lambda: NOW) as found:
        yield found


@pytest.fixture
def officer(service: Running) -> Speaker:
    return service.as_("commune_officer", areas=["060"], sub="can-bo")


def send(by: Speaker, lines: Sequence[Line]) -> list[Line]:
    answer = by.client.post(
        "/v1/commands",
        data="\n".join(json.dumps(line) for line in lines),
        headers=by.who | {"Content-Type": "application/x-ndjson"},
    )
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return [json.loads(line) for line in answer.get_data().splitlines()]


def day(number: int) -> str:
    return (date(2024, 2, 1) + timedelta(days=number % 500)).isoformat()


def move(home: str, key: str, number: int) -> Line:
    body = {
        "moved_on": day(number),
        "commune_code": "01858",
        "village": f"Nà {number}",
        "area_type": "rural",
    }
    return {"key": key.replace(" ", "-"), "path": f"{home}/move", "body": body}


def groups(home: str, key: str, number: int) -> Line:
    listed = ["ethnic_minority"] if (number + number // 500) % 2 else []
    body = {"occurred_on": day(number), "groups": listed}
    return {"key": key.replace(" ", "-"), "path": f"{home}/groups", "method": "PUT", "body": body}


def join(home: str, key: str, number: int, citizen: str = "") -> Line:
    body = {
        "member_id": str(named(key)),
        "joined_on": day(number),
        "full_name": f"Lý Thị {number}",
        "relation": "child",
        "birth_date": "2000-01-01",
        "sex": "female",
        "able_to_work": True,
    }
    return {
        "key": key.replace(" ", "-"),
        "path": f"{home}/members",
        "body": body | ({"citizen_id": citizen} if citizen else {}),
    }


def leave(home: str, joined: str, key: str, number: int) -> Line:
    path = f"{home}/members/{named(joined)}/departure"
    return {
        "key": key.replace(" ", "-"),
        "path": path,
        "body": {"left_on": day(number), "reason": "died"},
    }


def counted(answers: Sequence[Line]) -> Counter[tuple[int, str]]:
    return Counter((one["status"], one["body"].get("code", "")) for one in answers)


@pytest.mark.parametrize("kind", [move, groups, join])
def test_no_event_of_a_large_batch_is_folded_again_and_few_statements_carry_it(
    service: Running, officer: Speaker, kind: Any
) -> None:
    home = register(officer, f"large {kind.__name__}", "Lý Văn Một")
    folded = 0
    told = HOUSEHOLD.evolve

    def evolve(*given: Any) -> Any:
        nonlocal folded
        folded += 1
        return told(*given)

    statements = 0

    def count(*_: Any) -> None:
        nonlocal statements
        statements += 1

    object.__setattr__(HOUSEHOLD, "evolve", evolve)
    event.listen(service.engine, "before_cursor_execute", count)
    try:
        lines = [kind(home, f"{kind.__name__} {n}", n) for n in range(1000)]
        assert counted(send(officer, lines)) == {(201, ""): 1000}
    finally:
        object.__setattr__(HOUSEHOLD, "evolve", told)
        event.remove(service.engine, "before_cursor_execute", count)
    assert folded == 1 + 1000
    assert statements <= 12 * (1000 // batch.CHUNK)


def rows(service: Running, home: str) -> list[Any]:
    household = home.rpartition("/")[2]
    with service.engine.begin() as connection:
        return [
            sorted(
                str(tuple(row)[1:] if table != "households" else tuple(row))
                for row in connection.execute(
                    text(f"SELECT * FROM {table} WHERE household_id = :id"), {"id": household}
                )
            )
            for table in TABLES
        ]


def test_who_joins_before_a_place_is_free_is_refused_also_where_it_is_free_by_the_end(
    officer: Speaker,
) -> None:
    one, other = (register(officer, f"free {n}", "Lý Văn Một") for n in range(2))
    lines = [
        join(one, "free a", 5, "006190000001"),
        join(other, "free b", 9, "006190000001"),
        leave(one, "free a", "free c", 7),
        join(other, "free d", 9, "006190000001"),
        join(other, "free e", 10),
    ]
    assert [(a["status"], a["body"].get("code")) for a in send(officer, lines)] == [
        (201, None),
        (409, "duplicate-citizen"),
        (201, None),
        (201, None),
        (201, None),
    ]


def test_a_batch_answers_and_leaves_what_its_lines_would_one_by_one(
    service: Running, officer: Speaker, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lines(name: str, kept: str) -> list[Line]:
        homes = [f"/v1/households/{named(f'{name} {n}')}" for n in range(2)]
        found: list[Line] = []
        for n in range(60):
            home, key = homes[n % 2], f"{name} key {n}"
            citizen = f"{kept}{n // 3 % 7:09d}"
            found.append((move, groups, join)[n % 3](home, key, (n * 37) % 90))
            found.append(join(home, f"{key} with", (n * 53) % 90, citizen))
            if n % 4 == 3:
                found.append(leave(home, f"{name} key {n - 2} with", f"{key} out", 91 + n))
        return found

    def told(name: str, kept: str) -> tuple[list[Any], list[Any]]:
        homes = [register(officer, f"{name} {n}", "Lý Văn Một") for n in range(2)]
        answers = [(a["status"], a["body"].get("code")) for a in send(officer, lines(name, kept))]
        return answers, [[len(t) for t in rows(service, home)] for home in homes]

    at_once = told("at once", "007")
    monkeypatch.setattr(batch, "CHUNK", 1)
    assert told("by one", "008") == at_once
    assert {status for status, _ in at_once[0]} >= {201, 409}


def test_lines_that_are_not_reached_in_time_say_so_and_leave_nothing(
    service: Running, officer: Speaker
) -> None:
    home = register(officer, "late", "Lý Văn Một")
    hurried = create_app(
        service.runtime, authenticator=authenticator(), limits=Limits(batch_seconds=0.0)
    )
    lines = [groups(home, f"late {n}", n) for n in range(600)]
    answers = send(Speaker(hurried.test_client(), officer.who), lines)
    assert counted(answers) == {(201, ""): 250, (503, "unavailable"): 350}
    assert [a["status"] for a in answers] == [201] * 250 + [503] * 350
    assert answers[-1]["retry_after"] == 1
    assert len(service.runtime.store.read_stream(f"household-{named('late')}")) == 1 + 250
    assert counted(send(officer, lines)) == {(201, ""): 600}
    assert len(service.runtime.store.read_stream(f"household-{named('late')}")) == 1 + 600
