"""Wherever a command's connection is cut, its events and its effects are both there or neither."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import Connection, text
from structlog.testing import capture_logs
from werkzeug.test import TestResponse

from services.households.app import SERVICE
from services.households.read_model import CITIZENS, HOUSEHOLDS, NAME_WORDS, PEOPLE, PERIODS
from shared.ids import named
from shared.mover.sequencer import Sequencer
from shared.run import rebuild
from tests.support.cutting import Scissors, scissors
from tests.support.registering import BANG_THANH, register
from tests.support.servers import PostgresServer, eventually
from tests.support.service_app import Running, Speaker, running

pytestmark = pytest.mark.servers

NOW = datetime(2026, 3, 2, 3, tzinfo=UTC)
MOST_WORDS = 40
VIEWS = tuple(each.name for each in (HOUSEHOLDS, PERIODS, CITIZENS, PEOPLE, NAME_WORDS))
PERSON = {"able_to_work": True, "birth_date": "1980-02-03", "sex": "female"}

Command = Callable[[Speaker, str, str], TestResponse]


@pytest.fixture(scope="module")
def service(postgres_server: PostgresServer) -> Iterator[Running]:
    with running(postgres_server, SERVICE, clock=lambda: NOW) as found:
        yield found


@pytest.fixture(scope="module")
def cut(service: Running) -> Scissors:
    return scissors(service.engine)


def _registered(officer: Speaker, name: str, key: str) -> TestResponse:
    head = {"member_id": str(named(f"{name} head")), "full_name": "Lý Văn Cắt"} | PERSON
    body = {
        "household_id": str(named(name)),
        "registered_on": "2024-01-10",
        "commune_code": BANG_THANH,
        "village": "Nà Lẹng",
        "area_type": "rural",
        "head": head,
    }
    return officer.post("/v1/households", body, Idempotency_Key=key)


def _joined(officer: Speaker, name: str, key: str) -> TestResponse:
    member = {"member_id": str(named(f"{name} child")), "full_name": "Lý Thị Nối"} | PERSON
    body = member | {"joined_on": "2024-02-01", "relation": "child"}
    return officer.post(f"/v1/households/{named(name)}/members", body, Idempotency_Key=key)


def _classified(officer: Speaker, name: str, key: str) -> TestResponse:
    body = {"decided_on": "2025-08-10", "status": "poor", "effective_from": "2025-08-10"}
    path = f"/v1/households/{named(name)}/classifications"
    return officer.post(path, body | {"decision_no": "12/QĐ-UBND"}, Idempotency_Key=key)


def _erased(officer: Speaker, name: str, key: str) -> TestResponse:
    body = {"legal_basis": "Luật 91/2025/QH15", "person": str(named(f"{name} head"))}
    return officer.post(f"/v1/households/{named(name)}/erasure", body, Idempotency_Key=key)


def _views(connection: Connection) -> dict[str, list[str]]:
    return {
        table: list(connection.execute(text(f"SELECT v::text FROM {table} v ORDER BY 1")).scalars())
        for table in VIEWS
    }


def state(service: Running) -> dict[str, Any]:
    """Give all that a command may change."""
    with service.engine.begin() as connection:
        counted = {
            table: connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one()
            for table in ("events", "made_ids", "erasures")
        }
        return counted | _views(connection)


@pytest.mark.parametrize(
    ("command", "role"),
    [
        (_registered, "commune_officer"),
        (_joined, "commune_officer"),
        (_classified, "commune_officer"),
        (_erased, "privacy_officer"),
    ],
    ids=("registering", "joining", "classifying", "erasing"),
)
def test_a_command_cut_before_any_word_is_recorded_once_when_it_is_sent_again(
    service: Running, cut: Scissors, command: Command, role: str
) -> None:
    officer = service.as_("commune_officer", areas=["060"])
    by, cuts = service.as_(role, areas=["060"]), 0
    for word in range(1, MOST_WORDS):
        name, key = f"{command.__name__} {word}", f"cut-{command.__name__}-{word}"
        if command is not _registered:
            register(officer, name, "Lý Văn Cắt", head=PERSON)
        before = state(service)
        cut.before(word)
        with capture_logs():  # which would draw every frame of what was cut
            first = command(by, name, key)
        if not cut.rest():
            break
        cuts += 1
        if first.status_code != 201:  # only what comes after the commit may be cut unseen
            assert first.status_code == 503, first.get_data(as_text=True)
            assert state(service) == before, word

        def again(name: str = name, key: str = key) -> TestResponse | None:
            # the server may not have noticed yet that nobody holds the key any more
            answer = command(by, name, key)
            return None if answer.status_code in (409, 503) else answer

        answer = eventually(again)
        assert answer is not None
        assert answer.status_code == 201, answer.get_data(as_text=True)
        assert state(service)["events"] == before["events"] + 1
        assert json.loads(command(by, name, key).get_data()) == json.loads(answer.get_data())
        assert state(service)["events"] == before["events"] + 1
    assert 3 < cuts < MOST_WORDS - 1, "it was cut before every word, until it had no more"

    sequencer = Sequencer(service.engine)
    while sequencer.run_pass():
        pass
    sequencer.close()
    with service.engine.begin() as connection:
        effects = _views(connection)
    assert rebuild(service.runtime) == 0
    with service.engine.begin() as connection:
        assert _views(connection) == effects
