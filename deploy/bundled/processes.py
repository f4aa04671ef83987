"""Questions to and signals for processes that another run may have left behind."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from deploy.bundled.errors import port_in_use

LOOPBACK = "127.0.0.1"
POLL = 0.02


def alive(pid: int) -> bool:
    """Tell whether the process runs; one that only waits to be reaped does not."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    stat = Path(f"/proc/{pid}/stat")
    if not stat.exists():  # no /proc here (macOS)
        return True
    with suppress(OSError):
        return stat.read_text(errors="replace").rpartition(")")[2].split()[0] not in "ZX"
    return False


def command_line(pid: int) -> str:
    """Return what the process was started with; empty where there is no such process."""
    proc = Path(f"/proc/{pid}/cmdline")
    if Path("/proc/self/cmdline").exists():
        with suppress(OSError):
            return proc.read_bytes().replace(b"\0", b" ").decode(errors="replace").strip()
        return ""
    shown = subprocess.run(
        ["ps", "-o", "command=", "-p", str(pid)], capture_output=True, text=True, check=False
    )
    return shown.stdout.strip()


def wait_until(done: Callable[[], bool], seconds: float, pause: float = POLL) -> bool:
    """Look again and again until it is done; False if the time ran out first."""
    deadline = time.monotonic() + seconds
    while not done():
        if time.monotonic() > deadline:
            return False
        time.sleep(pause)
    return True


def stop(
    pid: int, process: subprocess.Popen[bytes] | None, steps: tuple[tuple[int, float], ...]
) -> bool:
    """Send each signal in turn and wait its seconds; True if the first one was enough."""

    def gone() -> bool:
        if process is not None:
            return process.poll() is not None
        with suppress(ChildProcessError):  # a child of ours whose handle was given up
            os.waitpid(pid, os.WNOHANG)
        return not alive(pid)

    for number, (signum, seconds) in enumerate(steps):
        if gone():
            return True
        with suppress(ProcessLookupError):
            os.kill(pid, signum)
            os.kill(pid, signal.SIGCONT)  # a process that is held still cannot obey
        if wait_until(gone, seconds):
            return number == 0
    return False


GENTLE = ((signal.SIGTERM, 30.0), (signal.SIGKILL, 10.0))


def free_port() -> int:
    """Return a port of this machine that nobody listens on at the moment."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.bind((LOOPBACK, 0))
        port: int = probe.getsockname()[1]
        return port


def claim_port(what: str, port: int) -> int:
    """Return the port asked for (0: any free one), or say that it is taken."""
    if port == 0:
        return free_port()
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            raise port_in_use(what, port) from None
    return port


def says_disk_full(log: Path) -> bool:
    """Tell whether a server's log complains that nothing more can be written."""
    with suppress(OSError):
        said = log.read_text(errors="replace")
        return any(words in said for words in ("No space left on device", "Check free disk space"))
    return False


def tail(log: Path, lines: int = 5) -> str:
    """Return the last lines of a log on one line, for a message."""
    with suppress(OSError):
        return " | ".join(log.read_text(errors="replace").strip().splitlines()[-lines:])
    return ""
