"""Keeps the processes of one machine running: what dies is started again, and it is said."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from deploy.bundled import CannotStart, processes

BACK_OFF = (0.5, 1.0, 2.0, 4.0, 8.0, 15.0, 30.0)
STEADY_SECONDS = 60.0  # one that ran this long starts again at once after its next end
STOP = ((signal.SIGTERM, 15.0), (signal.SIGKILL, 5.0))
LOG_BYTES = 10_000_000
ROOT = Path(__file__).resolve().parent.parent
QUICKLY = {"PYTHONDONTWRITEBYTECODE": ""}  # compiled once, not at every start of every process


class Running(Protocol):
    """Anything that runs as a process of ours."""

    pid: int
    process: subprocess.Popen[bytes] | None

    def stop(self) -> bool:
        """End it; False if it had to be forced."""
        ...


@dataclass(slots=True)
class Process:
    """A program of ours."""

    pid: int
    process: subprocess.Popen[bytes] | None

    def stop(self) -> bool:
        """End it; False if it had to be forced."""
        return processes.stop(self.pid, self.process, STOP)


def launch(command: Sequence[str], environment: Mapping[str, str], log: Path) -> Process:
    """Start a program in a session of its own, so that Ctrl-C reaches us only."""
    log.parent.mkdir(parents=True, exist_ok=True)
    if log.exists() and log.stat().st_size > LOG_BYTES:
        log.replace(log.with_suffix(".old.log"))
    with log.open("ab") as out:
        started = subprocess.Popen(
            command,
            env={**os.environ, **QUICKLY, **environment}, cwd=ROOT, stdin=subprocess.DEVNULL,
            stdout=out, stderr=subprocess.STDOUT, start_new_session=True,
        )  # fmt: skip
    return Process(started.pid, started)


@dataclass(frozen=True, slots=True)
class Unit:
    """One thing to keep running."""

    name: str
    start: Callable[[], Running]
    is_server: bool = False
    """Others need it: it stops after them."""


class Supervisor:
    """Starts units, watches each, starts again what ends, and stops all in reverse order."""

    def __init__(
        self,
        say: Callable[[str], None],
        changed: Callable[[dict[str, int]], None] = lambda _pids: None,
        back_off: Sequence[float] = BACK_OFF,
    ) -> None:
        self._say = say
        self._changed = changed
        self._back_off = back_off
        self._stopping = threading.Event()
        self._guard = threading.Lock()
        self._running: dict[str, Running] = {}
        self._servers: set[str] = set()
        self._watchers: list[threading.Thread] = []

    def start(self, unit: Unit) -> Running:
        """Start the unit; what hinders its first start is raised, later ones are tried again."""
        running = self._begin(unit)
        watcher = threading.Thread(
            target=self._watch, args=(unit, running), name=f"watch {unit.name}", daemon=True
        )
        with self._guard:
            self._watchers.append(watcher)
        watcher.start()
        return running

    def pids(self) -> dict[str, int]:
        """Return what runs at the moment."""
        with self._guard:
            return {name: running.pid for name, running in self._running.items()}

    def stop(self) -> None:
        """Stop every unit, servers last; those of one kind together."""
        self._stopping.set()
        for _ in range(2):  # a restart may have been under way at the first round
            self._stop_all(servers=False)
            self._stop_all(servers=True)
            for watcher in self._watchers:
                watcher.join(timeout=60)

    def _stop_all(self, *, servers: bool) -> None:
        with self._guard:
            found = [one for one in self._running.items() if (one[0] in self._servers) is servers]
        if not found:
            return
        with ThreadPoolExecutor(len(found)) as pool:
            for (name, _), gently in zip(
                found, pool.map(lambda one: one[1].stop(), found), strict=True
            ):
                if not gently:
                    self._say(f"{name}: phải buộc dừng / had to be forced to stop")

    def _begin(self, unit: Unit) -> Running:
        running = unit.start()
        with self._guard:
            if unit.is_server:
                self._servers.add(unit.name)
            self._running[unit.name] = running
        self._changed(self.pids())
        return running

    def _watch(self, unit: Unit, running: Running) -> None:
        failures = 0
        while not self._stopping.is_set():
            began = time.monotonic()
            code = running.process.wait() if running.process else 0
            if self._stopping.is_set():
                return
            failures = 0 if time.monotonic() - began > STEADY_SECONDS else failures
            again = self._restart(unit, f"{unit.name}: đã dừng / ended ({code})", failures)
            if again is None:
                return
            running, failures = again

    def _restart(self, unit: Unit, why: str, failures: int) -> tuple[Running, int] | None:
        """Try until it starts or we are stopping; each try is said in one line."""
        while True:
            pause = self._back_off[min(failures, len(self._back_off) - 1)]
            failures += 1
            self._say(f"{why}; chạy lại sau / starting again in {pause:g} s")
            if self._stopping.wait(pause):
                return None
            try:
                return self._begin(unit), failures
            except CannotStart as problem:
                why = f"{unit.name}: {problem}"


def python(*arguments: str) -> list[str]:
    """Return the command that runs our Python with these arguments."""
    return [sys.executable, *arguments]
