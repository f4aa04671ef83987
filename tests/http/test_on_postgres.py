"""The same conventions on real PostgreSQL, several people at once (G5)."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any
from uuid import uuid5

import pytest
from sqlalchemy import text
from werkzeug.test import TestResponse

from shared.commands import batch
from shared.ids import NAMESPACE
from shared.service import Runtime
from tests.support.counter_app import People, app_of, bearer, on_postgres
from tests.support.counter_service import FULL

pytestmark = pytest.mark.servers

NEW = "/v1/boxs"
HERE = {"commune_code": "01864"}
BOX = str(uuid5(NAMESPACE, "box"))
COINS = f"{NEW}/{BOX}/coins"


@pytest.fixture
def runtime(postgres_url: str) -> Iterator[Runtime]:
    with on_postgres(postgres_url) as made:
        yield made


@pytest.fixture
def someone(runtime: Runtime) -> People:
    return People(app_of(runtime).test_client(), runtime.store)


@pytest.fixture
def opened(someone: People) -> People:
    assert someone.post(NEW, HERE | {"box_id": BOX}).status_code == 201
    return someone


def at_once(runtime: Runtime, calls: list[Callable[[People], TestResponse]]) -> list[TestResponse]:
    """Make all calls at the same moment, each from a client of its own."""
    app, start = app_of(runtime), Barrier(len(calls))

    def one(call: Callable[[People], TestResponse]) -> TestResponse:
        person = People(app.test_client(), runtime.store)
        start.wait()
        return call(person)

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(one, calls))


def test_a_repeated_key_has_one_effect_and_the_same_answer(opened: People) -> None:
    first = opened.post(COINS, {"amount": 5}, Idempotency_Key="k")
    again = opened.post(COINS, {"amount": 5}, Idempotency_Key="k")
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.data == again.data
    assert again.headers["Idempotency-Replayed"] == "true"
    assert opened.recorded() == 2


def test_a_repeated_id_has_one_effect_and_the_same_answer(opened: People) -> None:
    body = HERE | {"box_id": BOX}
    assert opened.post(NEW, body).status_code == 200
    assert opened.post(NEW, {**body, "note": "other"}).status_code == 409
    coin = {"amount": 5, "coin_id": str(uuid5(NAMESPACE, "coin"))}
    first, again = opened.post(COINS, coin), opened.post(COINS, coin)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.data == again.data
    other = opened.post(NEW, HERE)
    elsewhere = opened.post(f"{other.headers['Location']}/coins", coin)
    assert elsewhere.get_json()["code"] == "already-exists"
    assert opened.recorded() == 3


def test_while_a_request_is_being_answered_its_twin_is_told_to_wait(
    runtime: Runtime, opened: People
) -> None:
    key = runtime.keyring.digest(b"idempotency-key/1", b"counters", b"officer-1", b"k")
    with runtime.store.transaction() as slow:
        assert slow.try_lock(key)
        answer = opened.post(COINS, {"amount": 5}, Idempotency_Key="k")
        assert (answer.status_code, answer.get_json()["code"]) == (409, "request-in-progress")
        assert opened.post(COINS, {"amount": 5}, Idempotency_Key="other").status_code == 201
    assert opened.post(COINS, {"amount": 5}, Idempotency_Key="k").status_code == 201


def test_identical_requests_at_once_have_one_effect(runtime: Runtime, opened: People) -> None:
    calls = [lambda person: person.post(COINS, {"amount": 5}, Idempotency_Key="k")] * 6
    answers = at_once(runtime, calls)
    accepted = {answer.data for answer in answers if answer.status_code == 201}
    others = {answer.get_json()["code"] for answer in answers if answer.status_code != 201}
    assert len(accepted) == 1
    assert others <= {"request-in-progress"}
    assert opened.recorded() == 2


def test_identical_chosen_ids_at_once_have_one_effect(runtime: Runtime, someone: People) -> None:
    answers = at_once(runtime, [lambda person: person.post(NEW, HERE | {"box_id": BOX})] * 6)
    assert sorted(answer.status_code for answer in answers) == [200] * 5 + [201]
    assert len({answer.data for answer in answers}) == 1
    assert someone.recorded() == 1


def test_writers_of_one_stream_never_overfill_it(runtime: Runtime, opened: People) -> None:
    answers = at_once(runtime, [lambda person: person.post(COINS, {"amount": FULL // 4})] * 8)
    accepted = [answer for answer in answers if answer.status_code == 201]
    refused = {answer.get_json()["code"] for answer in answers if answer.status_code == 409}
    assert refused <= {"box-full", "contended"}
    assert len(accepted) <= 4
    assert opened.recorded() == 1 + len(accepted)
    versions = {answer.get_json()["version"] for answer in accepted}
    assert versions == set(range(2, 2 + len(accepted)))


def line(key: str, amount: int) -> dict[str, Any]:
    return {"key": key, "path": COINS, "body": {"amount": amount, "put_on": "2026-01-02"}}


def test_batches_at_once_with_the_same_lines_have_one_effect(
    runtime: Runtime, opened: People
) -> None:
    lines = [line(f"k{number}", number + 1) for number in range(20)]
    app = app_of(runtime)

    def send(backwards: bool) -> list[dict[str, Any]]:
        person = People(app.test_client(), runtime.store)
        return person.batch(*(reversed(lines) if backwards else lines))

    with ThreadPoolExecutor(2) as pool:
        one, other = pool.map(send, (False, True))
    assert [answer["status"] for answer in one + other if answer["status"] != 201] in (
        [], [409] * sum(answer["status"] == 409 for answer in one + other),
    )  # fmt: skip
    final = opened.batch(*lines)
    assert {answer["status"] for answer in final} == {201}
    assert opened.recorded() == 1 + len(lines)


@pytest.mark.parametrize("lines", [1, 2, 250])
def test_a_batch_over_several_transactions_goes_on_where_it_was(
    opened: People, monkeypatch: pytest.MonkeyPatch, lines: int
) -> None:
    monkeypatch.setattr(batch, "CHUNK", lines)
    body = {"put_on": "2026-01-02"}
    amounts = [1, FULL, FULL - 4, 2, 2, 1]
    answers = opened.batch(
        *(
            {"key": f"{number}", "path": COINS, "body": body | {"amount": amount}}
            for number, amount in enumerate(amounts)
        )
    )
    assert [each["status"] for each in answers] == [201, 409, 201, 201, 409, 201]
    assert [each["body"].get("version") for each in answers] == [2, None, 3, 4, None, 5]


def test_a_batch_of_many_streams_is_durable_when_answered(someone: People) -> None:
    lines = []
    for number in range(300):
        box = str(uuid5(NAMESPACE, f"box {number}"))
        made = {"box_id": box, "commune_code": "01864", "opened_on": "2026-01-01"}
        lines.append({"key": f"b{number}", "path": NEW, "body": made})
        put = {"amount": 1, "put_on": "2026-01-01"}
        lines.append({"key": f"c{number}", "path": f"{NEW}/{box}/coins", "body": put})
    answers = someone.batch(*lines)
    assert {answer["status"] for answer in answers} == {201}
    assert someone.recorded() == 600
    assert someone.batch(*lines) == answers
    assert someone.recorded() == 600


def test_a_sealed_note_is_stored_sealed(runtime: Runtime, someone: People) -> None:
    someone.post(NEW, HERE | {"box_id": BOX, "note": "Hoàng Thị Lan"})
    (recorded,) = runtime.store.read_stream(f"box-{BOX}")
    assert recorded.event.note.startswith("s1:")
    assert "Lan" not in recorded.data.decode()
    assert runtime.keyring.open(recorded.event.note) == "Hoàng Thị Lan"


def test_readiness_and_metrics_look_at_the_database(someone: People) -> None:
    assert someone.get("/health/ready").get_json()["status"] == "ready"
    text = someone.client.get("/metrics", headers=bearer("operator")).text
    assert 'giamngheo_position{service="counters"}' in text


def test_a_read_that_the_database_ends_may_be_sent_again(runtime: Runtime) -> None:
    app = app_of(runtime)
    own = runtime.engine
    assert own is not None

    @app.route("/slow")
    def slow() -> str:
        with own.begin() as connection:
            connection.execute(text("SET LOCAL transaction_timeout = '20ms'"))
            return str(connection.execute(text("SELECT pg_sleep(60)")).scalar_one())

    answer = app.test_client().get("/slow", headers=bearer())
    assert (answer.status_code, answer.get_json()["code"]) == (503, "unavailable")
