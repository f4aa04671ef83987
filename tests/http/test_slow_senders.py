"""Slow, silent and rude senders cost the web server a connection each, and others nothing."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from contextlib import ExitStack, closing
from typing import Any

import pytest

from tests.support.counter_app import bearer, on_postgres
from tests.support.servers import PostgresServer, eventually, fresh_database
from tests.support.web import Web, web

pytestmark = [pytest.mark.servers]

HEAD = b"POST /v1/boxs HTTP/1.1\r\nHost: web\r\nContent-Type: application/json\r\n"
BODY = {"commune_code": "01864"}
CONNECTIONS = 320


@pytest.fixture(scope="module")
def patient(tmp_path_factory: pytest.TempPathFactory, module_url: str) -> Iterator[Web]:
    """One worker with the deadlines it has in use, and few connections."""
    folder = tmp_path_factory.mktemp("patient")
    with web(module_url, folder, WEB_CONNECTIONS=str(CONNECTIONS)) as made:
        yield made


@pytest.fixture(scope="module")
def hasty(tmp_path_factory: pytest.TempPathFactory, module_url: str) -> Iterator[Web]:
    """One worker that waits a second for everything."""
    seconds = {f"WEB_{what}_SECONDS": "1" for what in ("HEAD", "BODY", "KEEP_ALIVE")}
    with web(module_url, tmp_path_factory.mktemp("hasty"), **seconds) as made:
        yield made


@pytest.fixture(scope="module")
def module_url(postgres_server: PostgresServer) -> Iterator[str]:
    with fresh_database(postgres_server) as url, on_postgres(url):
        yield url


def answered(connection: socket.socket) -> tuple[int, dict[str, Any]]:
    """Read one answer to the end of the connection."""
    read = b""
    while some := connection.recv(65_536):
        read += some
    head, _, body = read.partition(b"\r\n\r\n")
    return int(head.split(b" ")[1]), json.loads(body)


def is_closed(connection: socket.socket) -> bool:
    try:
        return connection.recv(1) == b""
    except ConnectionResetError:
        return True


def test_three_hundred_who_send_a_byte_now_and_then_harm_nobody(patient: Web) -> None:
    with ExitStack() as held:
        slow = [held.enter_context(closing(patient.connect())) for _ in range(300)]
        for round_ in range(3):
            for each in slow:
                each.sendall(HEAD[round_ : round_ + 1])
            with patient.client(seconds=10) as client:
                assert client.post("/v1/boxs", json=BODY, headers=bearer()).status_code == 201


def test_one_more_than_there_is_room_for_takes_the_place_of_the_longest_incomplete(
    patient: Web,
) -> None:
    with ExitStack() as held:
        first = held.enter_context(closing(patient.connect()))
        first.sendall(HEAD)
        for _ in range(CONNECTIONS):
            held.enter_context(closing(patient.connect())).sendall(b"G")
        with patient.client(seconds=10) as client:
            assert client.get("/v1/codes", headers=bearer()).status_code == 200
        assert is_closed(first)


def test_who_does_not_take_his_answers_makes_room_for_another(patient: Web) -> None:
    """As many as there is room for ask for more than the system keeps for them, and never read."""
    asked = b"GET /openapi.json HTTP/1.1\r\nHost: web\r\n\r\n" * 20
    with ExitStack() as held:
        for _ in range(CONNECTIONS):
            held.enter_context(closing(patient.connect())).sendall(asked)
        with patient.client(seconds=10) as client:
            # each connection is another, until one came in by taking a place
            assert eventually(lambda: client.get("/health/live").status_code == 200)


def test_requests_that_come_together_are_answered_in_order(patient: Web) -> None:
    paths = ["/health/live", "/v1/nothing", "/v1/codes", "/health/live"] * 50
    with closing(patient.connect()) as one:
        for path in paths:
            one.sendall(b"GET %s HTTP/1.1\r\nHost: web\r\n\r\n" % path.encode())
        one.sendall(b"GET /health/live HTTP/1.1\r\nHost: web\r\nConnection: close\r\n\r\n")
        read = b"".join(iter(lambda: one.recv(65_536), b""))
    found = [int(each[:3]) for each in read.split(b"HTTP/1.1 ")[1:]]
    assert found == [200, 404, 401, 200] * 50 + [200]


def test_a_head_that_does_not_end_is_answered_408(hasty: Web) -> None:
    with closing(hasty.connect()) as slow:
        slow.sendall(HEAD)
        status, document = answered(slow)
    assert (status, document["code"]) == (408, "too-slow")
    assert " / " in document["detail"]


def test_a_body_that_stops_is_answered_408_and_leaves_nothing(hasty: Web) -> None:
    who = bearer()["Authorization"].encode()
    with closing(hasty.connect()) as slow:
        slow.sendall(HEAD + b"Authorization: " + who + b"\r\nContent-Length: 24\r\n\r\n{")
        assert answered(slow)[0] == 408


def test_a_silent_connection_is_closed(hasty: Web) -> None:
    with closing(hasty.connect()) as silent:
        assert is_closed(silent)


def test_a_connection_without_another_request_is_closed(hasty: Web) -> None:
    with closing(hasty.connect()) as idle:
        idle.sendall(b"GET /health/live HTTP/1.1\r\nHost: web\r\n\r\n")
        assert b"200 OK" in idle.recv(65_536)
        while not is_closed(idle):
            pass


@pytest.mark.parametrize(
    ("sent", "status", "code"),
    [
        (b"\x16\x03\x01\r\n\r\n", 400, "not-http"),
        (b"GET / HTTP/1.1\nHost: x\n\n", 400, "not-http"),
        (b"GET / HTTP/9.9\r\n\r\n", 400, "not-http"),
        (HEAD + b"Content-Length: 4\r\nContent-Length: 5\r\n\r\n", 400, "not-http"),
        (HEAD + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n", 400, "not-http"),
        (HEAD + b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n", 400, "not-http"),
        (b"GET / HTTP/1.1\r\n" + b"X: y\r\n" * 101 + b"\r\n", 431, "head-too-long"),
        (b"GET /" + b"a" * 1_000_000, 431, "head-too-long"),
        (HEAD + b"Content-Length: 16777217\r\n\r\n", 413, "too-large"),
    ],
)
def test_what_is_no_request_is_answered_at_once_by_a_problem_document(
    hasty: Web, sent: bytes, status: int, code: str
) -> None:
    with closing(hasty.connect()) as rude:
        rude.sendall(sent)
        found, document = answered(rude)
    assert (found, document["code"]) == (status, code)


def test_a_hundred_headers_are_read(hasty: Web) -> None:
    with closing(hasty.connect()) as one:
        one.sendall(b"GET /health/live HTTP/1.0\r\n" + b"X: y\r\n" * 100 + b"\r\n")
        assert b"200 OK" in one.recv(65_536)


def test_whoever_is_refused_while_he_sends_comes_to_read_why(hasty: Web) -> None:
    """Cut off, his system would throw the answer away with what it could not send."""
    body = b" " * (40 * 1024 * 1024)
    with hasty.client() as client:
        answer = client.post("/v1/boxs", content=body, headers=bearer())
    assert answer.status_code == 413
    assert answer.json()["code"] == "too-large"


def test_a_refusal_is_counted(hasty: Web) -> None:
    def counted() -> bool:
        with hasty.client() as client:
            return 'giamngheo_turned_away_total{why="malformed"}' in client.get("/metrics").text

    with closing(hasty.connect()) as rude:
        rude.sendall(b"\x16\r\n\r\n")
        answered(rude)
    assert eventually(counted)


def test_an_announced_body_is_asked_for(hasty: Web) -> None:
    with closing(hasty.connect()) as polite:
        polite.sendall(HEAD + b"Expect: 100-continue\r\nContent-Length: 2\r\n\r\n")
        assert polite.recv(65_536).startswith(b"HTTP/1.1 100")
        polite.sendall(b"{}")
        assert b"401" in polite.recv(65_536)


def test_an_announced_body_that_is_too_large_is_not_asked_for(hasty: Web) -> None:
    with closing(hasty.connect()) as polite:
        polite.sendall(HEAD + b"Expect: 100-continue\r\nContent-Length: 99999999\r\n\r\n")
        assert answered(polite)[0] == 413
