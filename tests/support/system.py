"""Runs the whole system as `make up` does, in processes of its own."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import httpx

from tests.support.servers import eventually

ROOT = Path(__file__).resolve().parents[2]
COMMAND = (sys.executable, "-m", "cli")


def free_ports(count: int = 5) -> int:
    """Return the first of so many neighbouring ports that nobody listens on just now."""
    for base in range(20_000 + os.getpid() % 10_000, 60_000, count):
        with suppress(OSError):
            for port in range(base, base + count):
                with socket.socket() as probe:
                    probe.bind(("127.0.0.1", port))
            return base
    raise AssertionError("no free ports")


def giamngheo(
    *arguments: str, timeout: float = 120, environ: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run one command of the command line to its end."""
    return subprocess.run(
        [*COMMAND, *arguments],
        cwd=ROOT,
        env={**os.environ, **(environ or {})},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
    )


@dataclass(frozen=True, slots=True)
class System:
    """A running system: where it listens, where its data are, what it says."""

    supervisor: subprocess.Popen[bytes]
    data: Path
    port_base: int
    log: Path

    @property
    def gateway(self) -> str:
        return f"http://127.0.0.1:{self.port_base}"

    def token(self, role: str, *options: str) -> str:
        """Have a token printed for a role."""
        done = giamngheo("token", "--data", str(self.data), "--role", role, *options)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip().splitlines()[-1]

    def pids(self, *words: str) -> list[int]:
        """Return the processes below the supervisor whose command holds all these words."""
        return [pid for pid in _below(self.supervisor.pid) if _is(pid, words)]

    def said(self) -> str:
        return self.log.read_text(encoding="utf-8", errors="replace")

    def is_up(self) -> bool:
        """Tell whether every service is ready; fail at once if the supervisor has given up."""
        assert self.supervisor.poll() is None, self.said()
        with suppress(httpx.TransportError):
            return all(
                httpx.get(f"http://127.0.0.1:{self.port_base + n}/health/ready").is_success
                for n in range(1, 5)
            )
        return False


@contextmanager
def running(
    data: Path, *options: str, port_base: int = 0, environ: Mapping[str, str] | None = None
) -> Iterator[System]:
    """Start the system without the demo, wait until it is up, stop it by `giamngheo down`."""
    base = port_base or free_ports()
    log = data.parent / f"{data.name}.log"
    where = ("--data", str(data), "--port-base", str(base))
    with log.open("ab") as out:
        supervisor = subprocess.Popen(
            [*COMMAND, "up", "--no-demo", *where, *options],
            cwd=ROOT,
            env={**os.environ, **(environ or {})},
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    system = System(supervisor, data, base, log)
    try:
        eventually(system.is_up, 120)
        yield system
    finally:
        stopped = giamngheo("down", "--data", str(data))
        if supervisor.poll() is None:
            try:
                supervisor.wait(60)
            except subprocess.TimeoutExpired:
                supervisor.kill()
                supervisor.wait()
    assert stopped.returncode == 0, stopped.stdout + stopped.stderr


def _below(root: int) -> list[int]:
    found = [root]
    for pid in found:
        with suppress(OSError):
            # what a thread has started, as what is started again is, is that thread's child
            for task in Path(f"/proc/{pid}/task").iterdir():
                children = (task / "children").read_text(encoding="ascii")
                found.extend(int(child) for child in children.split())
    return found[1:]


def _is(pid: int, words: tuple[str, ...]) -> bool:
    with suppress(OSError):
        command = Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace").split("\0")
        return all(word in command for word in words)
    return False
