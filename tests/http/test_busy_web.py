"""More requests than a worker may hold: who is turned away is told at once, and others go on."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import httpx
import psycopg
import pytest

from deploy.server import refusals
from shared.service import Runtime
from shared.store.postgres import PostgresStore
from tests.support.counter_app import People, app_of, bearer, ndjson, on_postgres
from tests.support.servers import eventually
from tests.support.web import Web, web

pytestmark = [pytest.mark.servers]

BODY = {"commune_code": "01864"}
NARROW = {"WEB_THREADS": "1", "WEB_PLACES": "2"}


@pytest.fixture
def runtime(postgres_url: str) -> Iterator[Runtime]:
    with on_postgres(postgres_url) as made:
        yield made


@contextmanager
def nobody_writes(database: str) -> Iterator[None]:
    """Let every command wait for as long as the block lasts."""
    with psycopg.connect(database) as connection:
        connection.execute("LOCK TABLE events IN EXCLUSIVE MODE")
        yield


def waiting(database: str) -> int:
    """Count the commands that wait for the lock."""
    with psycopg.connect(database) as connection:
        row = connection.execute("SELECT count(*) FROM pg_locks WHERE NOT granted").fetchone()
    return int(row[0]) if row else 0


def post(served: Web) -> httpx.Response:
    with served.client() as client:
        return client.post("/v1/boxs", json=BODY, headers=bearer())


def recorded(runtime: Runtime) -> int:
    assert isinstance(runtime.store, PostgresStore)
    return People(app_of(runtime).test_client(), runtime.store).recorded()


def test_who_finds_no_place_is_answered_503_at_once_and_the_others_are_served(
    runtime: Runtime, postgres_url: str, tmp_path: Path
) -> None:
    with web(postgres_url, tmp_path, **NARROW) as served, ThreadPoolExecutor(8) as pool:
        with nobody_writes(postgres_url):
            asked = [pool.submit(post, served) for _ in range(8)]
            refused = eventually(lambda: [one for one in asked if one.done()][4:] and asked)
            turned_away = [one.result() for one in refused if one.done()]
            assert {answer.status_code for answer in turned_away} == {503}
            assert {answer.headers["Retry-After"] for answer in turned_away} == {"1"}
            # a database that does not answer is 503 as well, but says so
            told = {answer.json()["detail"] for answer in turned_away}
            assert told == {refusals.busy(whole=True).problem.detail}
        codes = sorted(one.result().status_code for one in asked)
    assert codes == [201] * 3 + [503] * 5
    assert recorded(runtime) == 3


def test_a_small_command_does_not_wait_behind_a_batch(
    runtime: Runtime, postgres_url: str, tmp_path: Path
) -> None:
    def send_batch(served: Web) -> httpx.Response:
        line = {"key": "one", "path": "/v1/boxs", "body": BODY | {"opened_on": "2026-01-01"}}
        headers = bearer() | {"Content-Type": "application/x-ndjson"}
        with served.client() as client:
            return client.post("/v1/commands", content=ndjson(line), headers=headers)

    with web(postgres_url, tmp_path, **NARROW) as served, ThreadPoolExecutor(4) as pool:
        with nobody_writes(postgres_url):
            batches = [pool.submit(send_batch, served) for _ in range(4)]
            assert eventually(lambda: waiting(postgres_url) == 1)
            with served.client(seconds=10) as client:
                assert client.get("/v1/codes", headers=bearer()).status_code == 200
            assert not any(batch.done() for batch in batches)
        assert {batch.result().status_code for batch in batches} == {200}
    assert recorded(runtime) == 1


def test_a_worn_worker_makes_room_for_another_and_no_request_is_lost(
    runtime: Runtime, postgres_url: str, tmp_path: Path
) -> None:
    options = ("--workers", "2", "--max-requests", "20", "--max-requests-jitter", "10")
    with web(postgres_url, tmp_path, *options) as served:
        first = served.pids()
        for _ in range(120):
            assert post(served).status_code == 201
        assert eventually(lambda: len(served.pids() - first) == 2)
    assert recorded(runtime) == 120


def test_a_worker_that_holds_too_much_makes_room_for_another_and_no_request_is_lost(
    runtime: Runtime, postgres_url: str, tmp_path: Path
) -> None:
    """Every worker holds more than a mebibyte: each makes room when it is weighed."""
    sent = 0
    with web(postgres_url, tmp_path, "--workers", "2", WEB_MEMORY_MIB="1") as served:
        first = served.pids()
        while len(served.pids() - first) < 2:
            assert post(served).status_code == 201
            sent += 1
    assert recorded(runtime) == sent


def test_a_worker_that_makes_room_goes_on_with_what_it_has_begun(
    runtime: Runtime, postgres_url: str, tmp_path: Path
) -> None:
    """However little time it has when it is told to stop."""
    options = ("--graceful-timeout", "1")
    with (
        web(postgres_url, tmp_path, *options, WEB_MEMORY_MIB="1") as served,
        served.client() as known,
        ThreadPoolExecutor(1) as pool,
    ):
        with nobody_writes(postgres_url):
            known.get("/health/live")
            asked = pool.submit(post, served)
            assert eventually(lambda: waiting(postgres_url) == 1)
            # whoever holds a connection is told that it ends
            assert eventually(lambda: "close" in str(known.get("/health/live").headers))
        assert asked.result().status_code == 201
    assert recorded(runtime) == 1


def test_a_server_told_to_stop_answers_what_it_has_begun(
    runtime: Runtime, postgres_url: str, tmp_path: Path
) -> None:
    with web(postgres_url, tmp_path) as served, ThreadPoolExecutor(1) as pool:
        with nobody_writes(postgres_url):
            asked = pool.submit(post, served)
            assert eventually(lambda: waiting(postgres_url) == 1)
            served.arbiter.terminate()
        assert asked.result().status_code == 201
    assert recorded(runtime) == 1
