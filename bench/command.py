"""A command over HTTP to durable, beside bare Flask; and lines of `/v1/commands`."""

import http.client
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from statistics import median, quantiles
from threading import Thread
from uuid import uuid5

import psycopg

from bench.command_apps import BARE_TABLE
from bench.row import Row
from deploy.bundled import postgres
from shared.ids import NAMESPACE
from shared.migrate import folder, migrate_one
from tests.support.counter_app import ISSUER, bearer, ndjson

CLIENTS, WORKERS, THREADS = 16, 4, 4
ROUNDS, SECONDS = 7, 2.0
BOXES = 400
LINES, BATCHES = 5_000, 3


class Unix(http.client.HTTPConnection):
    """A connection to a server that listens on a socket of the file system."""

    def __init__(self, path: str) -> None:
        super().__init__("localhost", timeout=60)
        self._path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.connect(self._path)


@contextmanager
def serving(app: str, environment: dict[str, str], place: Path) -> Iterator[str]:
    """Run an app under gunicorn as in the bundled set; give its socket."""
    path = place / f"{app}.sock"
    process = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", "--preload", "--bind", f"unix:{path}",
         "--workers", str(WORKERS), "--worker-class", "deploy.server.worker.BufferingWorker",
         "--log-level", "warning", f"bench.command_apps:{app}()"],
        env={**os.environ, **environment},
    )  # fmt: skip
    try:
        deadline = time.monotonic() + 60
        while not path.exists() and time.monotonic() < deadline:
            time.sleep(0.05)
        yield str(path)
    finally:
        process.terminate()
        process.wait(30)


def load(path: str, numbers: Iterator[int]) -> tuple[float, list[float]]:
    """Let all clients send commands for a while; give the rate and every duration."""
    taken: list[float] = []
    end = time.perf_counter() + SECONDS
    who = bearer()

    def client() -> None:
        connection = Unix(path)
        while (began := time.perf_counter()) < end:
            number = next(numbers)
            headers = {
                **who,
                "Content-Type": "application/json",
                "Idempotency-Key": f"key-{number}",
            }
            connection.request("POST", f"{box(number)}/coins", b'{"amount":1}', headers)
            answer = connection.getresponse()
            answer.read()
            assert answer.status == 201, answer.status
            taken.append(time.perf_counter() - began)
        connection.close()

    threads = [Thread(target=client) for _ in range(CLIENTS)]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return len(taken) / (time.perf_counter() - began), taken


def box(number: int) -> str:
    """Name one of the boxes."""
    return f"/v1/boxs/{uuid5(NAMESPACE, f'bench {number % BOXES}')}"


def send_lines(path: str, lines: list[object]) -> float:
    """Send one batch; give lines a second."""
    connection = Unix(path)
    headers = {**bearer(), "Content-Type": "application/x-ndjson"}
    raw = ndjson(*lines)
    began = time.perf_counter()
    connection.request("POST", "/v1/commands", raw, headers)
    answers = connection.getresponse().read().splitlines()
    taken = time.perf_counter() - began
    connection.close()
    assert {json.loads(answer)["status"] for answer in answers} == {201}
    return len(lines) / taken


def opening() -> list[object]:
    """Give the lines that open every box."""
    return [
        {
            "key": f"open {number}".replace(" ", "-"),
            "path": "/v1/boxs",
            "body": {
                "box_id": box(number).rpartition("/")[2],
                "commune_code": "01864",
                "opened_on": "2026-01-01",
            },
        }
        for number in range(BOXES)
    ]


def putting(start: int) -> list[object]:
    """Give the lines of one large batch."""
    return [
        {
            "key": f"line-{number}",
            "path": f"{box(number)}/coins",
            "body": {"amount": 1, "put_on": "2026-01-01"},
        }
        for number in range(start, start + LINES)
    ]


def rows() -> list[Row]:
    """Measure both apps in turn, so that a busy moment of the machine hits both."""
    with tempfile.TemporaryDirectory(prefix="giamngheo-bench-") as made:
        place = Path(made)
        place.chmod(0o755)
        running = postgres.start(place / "postgres")
        try:
            return _measure(running.url(), place)
        finally:
            running.stop()


def _measure(url: str, place: Path) -> list[Row]:
    migrate_one(url, folder("households"))
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(BARE_TABLE)
    jwks = place / "jwks.json"
    jwks.write_text(json.dumps(ISSUER.jwks()))
    environment = {"BENCH_DATABASE": url, "BENCH_JWKS": str(jwks)}
    numbers = iter(count())
    rates: dict[str, list[float]] = {"ours": [], "bare": []}
    taken: dict[str, list[float]] = {"ours": [], "bare": []}
    with serving("ours", environment, place) as ours, serving("bare", environment, place) as bare:
        send_lines(ours, opening())
        for path in (ours, bare):
            load(path, numbers)  # warm
        for _ in range(ROUNDS):  # in turns, so that a busy moment of the machine hits both
            for name, path in (("ours", ours), ("bare", bare)):
                rate, durations = load(path, numbers)
                rates[name].append(rate)
                taken[name] += durations
        lines = median(send_lines(ours, putting(start * LINES)) for start in range(BATCHES))
    mine, theirs = median(rates["ours"]), median(rates["bare"])
    p50, p99 = (quantiles(taken["ours"], n=100)[cut] * 1000 for cut in (49, 98))
    b50, b99 = (quantiles(taken["bare"], n=100)[cut] * 1000 for cut in (49, 98))
    return [
        Row(
            what="command, HTTP to durable, 4 workers, 16 clients",
            ours=mine,
            unit="commands/s",
            reference=theirs,
            reference_what="bare Flask + load + insert",
            goal="≥ 0.6 × the bare app; p99 ≤ 40 ms",
            reached=mine >= 0.6 * theirs and p99 <= 40,
            note=f"p50 {p50:.1f} p99 {p99:.1f} ms; bare p50 {b50:.1f} p99 {b99:.1f} ms",
        ),
        Row(
            what="/v1/commands, one batch at a time",
            ours=lines,
            unit="lines/s",
            goal="≥ 2,500 lines/s",
            reached=lines >= 2_500,
        ),
    ]
