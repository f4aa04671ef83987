"""A web worker is killed or stopped at the worst moment; the same request is sent again (G5)."""

import gzip
import json
import os
import signal
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from shared.service import Runtime
from shared.store.postgres import PostgresStore
from tests.support.counter_app import People, app_of, bearer, ndjson, on_postgres
from tests.support.servers import eventually
from tests.support.web import web as serving

pytestmark = [pytest.mark.servers, pytest.mark.faults]

BODY = {"commune_code": "01864"}


@pytest.fixture
def runtime(postgres_url: str) -> Iterator[Runtime]:
    with on_postgres(postgres_url) as made:
        yield made


@pytest.fixture
def web(runtime: Runtime, postgres_url: str, tmp_path: Path) -> Iterator[httpx.Client]:
    """A gunicorn with two workers; what is written to `flag` tells it when to die."""
    with serving(postgres_url, tmp_path, "--workers", "2") as made, made.client() as client:
        yield client


def post(client: httpx.Client, key: str) -> httpx.Response | None:
    headers = bearer() | {"Idempotency-Key": key}
    try:
        answer = client.post("/v1/boxs", json=BODY, headers=headers)
    except httpx.TransportError:
        return None
    # the dead worker's transaction may hold the key until the server notices
    return None if answer.status_code == 409 else answer


def test_the_same_request_again_has_one_effect(
    web: httpx.Client, runtime: Runtime, tmp_path: Path
) -> None:
    for moment in ("appended", "committed"):
        flag = tmp_path / "flag"
        flag.write_text(moment)
        assert post(web, moment) is None
        assert not flag.exists()
        answer = eventually(lambda: post(web, moment))  # noqa: B023 - asked within the round
        assert answer is not None
        assert answer.status_code == 201
        assert ("Idempotency-Replayed" in answer.headers) is (moment == "committed")
        again = post(web, moment)
        assert again is not None
        assert again.content == answer.content
    assert isinstance(runtime.store, PostgresStore)
    assert People(app_of(runtime).test_client(), runtime.store).recorded() == 2


def batch(client: httpx.Client, raw: bytes) -> list[dict[str, Any]] | None:
    headers = bearer() | {"Content-Type": "application/x-ndjson", "Content-Encoding": "gzip"}
    try:
        answer = client.post("/v1/commands", content=gzip.compress(raw), headers=headers)
    except httpx.TransportError:
        return None
    assert answer.status_code == 200, answer.text
    answers: list[dict[str, Any]] = [json.loads(line) for line in answer.text.splitlines()]
    # the dead worker's transaction may hold a key until the server notices
    return None if any(each["status"] == 409 for each in answers) else answers


def test_a_batch_cut_short_is_sent_again_whole(
    web: httpx.Client, runtime: Runtime, tmp_path: Path
) -> None:
    day = {"opened_on": "2026-01-01"}
    lines = [
        {"key": f"line-{number}", "path": "/v1/boxs", "body": {**BODY, **day}}
        for number in range(40)
    ]
    raw = ndjson(*lines)
    for moment in ("committed", "appended"):
        (tmp_path / "flag").write_text(moment)
        assert batch(web, raw) is None
    answers = eventually(lambda: batch(web, raw))
    assert answers is not None
    assert [answer["status"] for answer in answers] == [201] * len(lines)
    assert batch(web, raw) == answers
    assert isinstance(runtime.store, PostgresStore)
    assert People(app_of(runtime).test_client(), runtime.store).recorded() == len(lines)


def test_a_stopped_worker_holds_its_key_only_for_a_while(
    web: httpx.Client, runtime: Runtime, tmp_path: Path
) -> None:
    socket, stopped = str(tmp_path / "web.sock"), tmp_path / "flag.stopped"

    def ask(seconds: float) -> httpx.Response | None:
        # a connection of its own: a kept one may lead to the worker that is stopped
        transport = httpx.HTTPTransport(uds=socket)
        with httpx.Client(transport=transport, base_url="http://web", timeout=seconds) as client:
            return post(client, "held")

    (tmp_path / "flag").write_text("stop appended")
    first = threading.Thread(target=ask, args=(60,))
    first.start()
    pid = int(eventually(lambda: stopped.exists() and stopped.read_text()))
    try:
        answer = eventually(lambda: ask(20))
    finally:
        os.kill(pid, signal.SIGCONT)
        first.join()
    assert answer is not None
    assert answer.status_code == 201
    assert isinstance(runtime.store, PostgresStore)
    assert People(app_of(runtime).test_client(), runtime.store).recorded() == 1
