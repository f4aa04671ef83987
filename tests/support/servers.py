"""One PostgreSQL and one Kafka for a whole test run, shared by its workers.

The process that runs pytest makes a folder and names it in the environment, which workers inherit.
Whoever needs a server first starts it under a file lock; the process that made the folder stops
them at its end, and those of earlier runs that were killed before theirs.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import subprocess
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import psycopg
from psycopg import sql

from deploy.bundled import kafka, postgres, processes

FOLDER = "GIAMNGHEO_TEST_SERVERS"
PREFIX = f"giamngheo-tests-{os.geteuid()}-"
DEADLINE = 60.0
# a test never survives a power cut; it may well kill processes, which this withstands
FAST = {"fsync": "off", "full_page_writes": "off"}

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class PostgresServer:
    """The run's PostgreSQL; do not stop it, start one of your own for that."""

    host: str
    port: int
    password: str

    def url(self, database: str = "postgres") -> str:
        """Return the superuser's address of that database."""
        who = f"{postgres.SUPERUSER}:{self.password}"
        return f"postgresql://{who}@{self.host}:{self.port}/{database}"


@dataclass(frozen=True, slots=True)
class KafkaServer:
    """The run's broker; do not stop it, start one of your own for that."""

    bootstrap: str


def make_folder() -> None:
    """Make this run's folder and stop the servers of runs that were killed.

    A run inside a run (planted bugs) uses the servers of the outer one.
    """
    if Path(os.environ.get(FOLDER) or "/nowhere").is_dir():
        return
    for old in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        owner = old.name.removeprefix(PREFIX).split("-")[0]
        if owner.isdigit() and not processes.alive(int(owner)):
            _stop_in(old)
    os.environ[FOLDER] = tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-")


def remove_folder() -> None:
    """Stop what this run started."""
    folder = os.environ.get(FOLDER, "")
    if f"{PREFIX}{os.getpid()}-" in folder:
        del os.environ[FOLDER]
        _stop_in(Path(folder))


def _stop_in(folder: Path) -> None:
    kafka.stop_left_over(folder / "kafka")
    postgres.stop_left_over(folder / "postgres")
    shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _only_one(folder: Path) -> Iterator[None]:
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _shared(name: str, start: Callable[[Path], dict[str, object]]) -> dict[str, object]:
    folder = Path(os.environ[FOLDER])
    with _only_one(folder):
        state = folder / f"{name}.json"
        if state.exists():
            found: dict[str, object] = json.loads(state.read_text())
            return found
        started = start(folder / name)
        state.write_text(json.dumps(started))
        return started


def _let_go(process: subprocess.Popen[bytes] | None) -> None:
    """Give up the handle: the server outlives this worker and is stopped by its number."""
    if process is not None:
        process.returncode = 0


def shared_postgres() -> PostgresServer:
    """Return the run's PostgreSQL, starting it for the first who asks."""

    def start(folder: Path) -> dict[str, object]:
        running = postgres.start(folder, settings=FAST)
        _let_go(running.process)
        return {"host": running.host, "port": running.port, "password": running.password}

    state = _shared("postgres", start)
    return PostgresServer(str(state["host"]), int(str(state["port"])), str(state["password"]))


def shared_kafka() -> KafkaServer:
    """Return the run's broker, starting it for the first who asks."""

    def start(folder: Path) -> dict[str, object]:
        running = kafka.start(folder)
        _let_go(running.process)
        return {"bootstrap": running.bootstrap}

    return KafkaServer(str(_shared("kafka", start)["bootstrap"]))


@contextmanager
def fresh_database(server: PostgresServer) -> Iterator[str]:
    """Give the superuser's address of an empty database, dropped afterwards."""
    name = f"test_{uuid.uuid4().hex}"
    with psycopg.connect(server.url(), autocommit=True) as admin:
        admin.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    try:
        yield server.url(name)
    finally:
        with psycopg.connect(server.url(), autocommit=True) as admin:
            admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def eventually(look: Callable[[], T], seconds: float = DEADLINE) -> T:
    """Look until the answer is true; return it, or fail saying what was seen last."""
    deadline = time.monotonic() + seconds
    while True:
        seen = look()
        if seen:
            return seen
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {seconds:.0f} s; last seen: {seen!r}")
        time.sleep(0.01)
