"""The made-up service behind the real web server, on a socket of the file system."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from tests.support.counter_app import ISSUER
from tests.support.servers import eventually

WORKER = "deploy.server.worker.BufferingWorker"


@dataclass(frozen=True, slots=True)
class Web:
    """A gunicorn of ours: where it listens, and its arbiter."""

    path: Path
    arbiter: subprocess.Popen[bytes]

    def client(self, seconds: float = 60) -> httpx.Client:
        """Return a client with connections of its own."""
        transport = httpx.HTTPTransport(uds=str(self.path))
        return httpx.Client(transport=transport, base_url="http://web", timeout=seconds)

    def connect(self, seconds: float = 60) -> socket.socket:
        """Return a bare connection."""
        made = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        made.settimeout(seconds)
        made.connect(str(self.path))
        return made

    def pids(self) -> set[int]:
        """Return the workers that are there."""
        own = Path(f"/proc/{self.arbiter.pid}/task/{self.arbiter.pid}/children")
        return {int(word) for word in own.read_text(encoding="ascii").split()}


@contextmanager
def web(database: str, folder: Path, *options: str, **environ: str) -> Iterator[Web]:
    """Serve `tests.support.counter_web` over a migrated database until the end of the block."""
    jwks, path = folder / "jwks.json", folder / "web.sock"
    jwks.write_text(json.dumps(ISSUER.jwks()))
    process = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", "--bind", f"unix:{path}", "--preload",
         "--worker-class", WORKER, *options, "tests.support.counter_web:app()"],
        env={
            **os.environ,
            "COUNTER_DATABASE": database,
            "COUNTER_JWKS": str(jwks),
            "COUNTER_FLAG": str(folder / "flag"),
            **environ,
        },
    )  # fmt: skip
    made = Web(path, process)
    try:
        with made.client() as client:
            eventually(lambda: is_live(client))
        yield made
    finally:
        process.terminate()
        process.wait(60)


def is_live(client: httpx.Client) -> bool:
    """Tell whether a worker answers; a socket that is there may not be listened to yet."""
    try:
        return client.get("/health/live").status_code == 200
    except httpx.TransportError:
        return False
