"""Whatever is sent, all processes of the web server together hold less than 600 MiB."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.abuse.contents import BATCH, MIB, NDJSON
from tests.abuse.target import Target
from tests.support.system import System

pytestmark = [
    pytest.mark.servers,
    pytest.mark.timeout(300),
    pytest.mark.skipif(not Path("/proc/self/smaps_rollup").exists(), reason="told by Linux only"),
]

MOST = 600 * MIB
EVERY_SECONDS = 0.2


def held_by(pid: int) -> int:
    """Return the bytes of a process, of what it shares with others its part."""
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    return 0


@dataclass
class Watch:
    """Looks again and again at what the web server holds."""

    system: System
    peak: int = 0
    over: threading.Event = field(default_factory=threading.Event)

    def look(self) -> None:
        while True:
            last = self.over.wait(EVERY_SECONDS)
            self.peak = max(self.peak, sum(map(held_by, self.system.pids("gunicorn"))))
            if last:
                return


@contextmanager
def watched(system: System) -> Iterator[Watch]:
    watch = Watch(system)
    with ThreadPoolExecutor(1) as pool:
        looking = pool.submit(watch.look)
        try:
            yield watch
        finally:
            watch.over.set()
            looking.result()


def many_requests_in_one_piece(target: Target) -> None:
    piece = b"GET /households/v1/codes HTTP/1.1\r\nHost: x\r\n\r\n" * 4_000
    with ExitStack() as held:
        for _ in range(200):
            one = held.enter_context(closing(target.connect()))
            one.setblocking(False)
            with suppress(BlockingIOError):
                one.sendall(piece)
        with target.client("auditor") as client:
            assert client.get("/households/health/live").status_code in {200, 503}


def bodies_that_do_not_end(target: Target) -> None:
    head = f"PUT /households/v1/households HTTP/1.1\r\nHost: x\r\nContent-Length: {MIB}\r\n\r\n"
    with ExitStack() as held:
        for _ in range(300):
            one = held.enter_context(closing(target.connect()))
            with suppress(OSError):
                one.sendall(head.encode() + b" " * (MIB // 2))


def sent_at_once(target: Target, content: bytes) -> None:
    def send(_: int) -> int:
        with target.client("district_officer", seconds=120) as client:
            headers = NDJSON | {"Prefer": "wait=1"}
            return client.post(BATCH, content=content, headers=headers).status_code

    with ThreadPoolExecutor(6) as pool:
        assert set(pool.map(send, range(6))) <= {200, 413, 503}


def a_line_of_empty_lists(target: Target) -> None:
    line = b'{"key":"a","path":"/v1/x","body":[' + b"[]," * 5_000_000 + b"0]}"
    sent_at_once(target, line)


def lines_of_unknown_names(target: Target) -> None:
    body = {f"k{number}": str(number + 1_000) for number in range(9_000)}
    line = json.dumps({"key": "a", "path": "/v1/households", "body": body}).encode()
    sent_at_once(target, b"\n".join([line] * 50))


@pytest.mark.parametrize(
    "abuse",
    [
        many_requests_in_one_piece,
        bodies_that_do_not_end,
        a_line_of_empty_lists,
        lines_of_unknown_names,
    ],
)
def test_the_web_server_stays_small(
    target: Target, abused: System, abuse: Callable[[Target], None]
) -> None:
    with watched(abused) as watch:
        abuse(target)
    assert 0 < watch.peak < MOST, f"{watch.peak / MIB:.0f} MiB"
