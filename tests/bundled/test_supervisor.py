"""What dies is started again and it is said; what is stopped stays stopped."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from deploy.bundled import CannotStart, processes
from deploy.supervisor import Running, Supervisor, Unit, launch
from tests.support.servers import eventually

pytestmark = pytest.mark.faults
SLEEPER = "import time\nprint('begun', flush=True)\ntime.sleep(600)\n"


@dataclass
class Watched:
    """A supervisor with what it said and the log of the program it keeps."""

    folder: Path
    said: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.supervisor = Supervisor(self.said.append, back_off=(0.01, 0.02))

    def unit(self, program: str = SLEEPER, name: str = "mover") -> Unit:
        command = [sys.executable, "-c", program]
        return Unit(name, lambda: launch(command, {}, self.log))

    @property
    def log(self) -> Path:
        return self.folder / "mover.log"

    def begun(self) -> int:
        return self.log.read_text().count("begun") if self.log.exists() else 0


@pytest.fixture
def watched(tmp_path: Path) -> Iterator[Watched]:
    made = Watched(tmp_path)
    yield made
    made.supervisor.stop()


def test_a_killed_process_is_started_again_and_said(watched: Watched) -> None:
    first = watched.supervisor.start(watched.unit()).pid
    eventually(lambda: watched.begun() == 1)
    os.kill(first, signal.SIGKILL)
    eventually(lambda: watched.begun() == 2)
    assert watched.supervisor.pids()["mover"] != first
    assert len(watched.said) == 1
    assert "mover" in watched.said[0]
    assert "-9" in watched.said[0]


def test_one_that_ends_at_once_is_tried_again_and_again(watched: Watched) -> None:
    watched.supervisor.start(watched.unit("print('begun')"))
    eventually(lambda: watched.begun() >= 4)
    eventually(lambda: len(watched.said) >= 3)


def test_a_server_that_cannot_start_again_is_tried_until_it_can(watched: Watched) -> None:
    unit = watched.unit()
    tries: list[int] = []

    def start() -> Running:
        tries.append(1)
        if len(tries) == 2:
            raise CannotStart("đĩa đầy", "the disk is full")
        return unit.start()

    first = watched.supervisor.start(Unit("kafka", start, is_server=True))
    os.kill(first.pid, signal.SIGKILL)
    eventually(lambda: len(tries) == 3)
    assert any("the disk is full" in line for line in watched.said)


def test_what_is_stopped_stays_stopped(watched: Watched) -> None:
    running = watched.supervisor.start(watched.unit())
    eventually(lambda: watched.begun() == 1)
    watched.supervisor.stop()
    assert not processes.alive(running.pid)
    assert watched.said == []
    assert watched.begun() == 1


def test_a_process_that_is_held_is_stopped_too(watched: Watched) -> None:
    running = watched.supervisor.start(watched.unit())
    eventually(lambda: watched.begun() == 1)
    os.kill(running.pid, signal.SIGSTOP)
    watched.supervisor.stop()
    assert not processes.alive(running.pid)
